/** Where a rising list reaches a value: how many of its numbers are at or below it. */
export function countUpTo(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A number that changes with records, such as how many requests wait; known at every one of them. */
export class Level {
  readonly #records: number[] = [];
  readonly #values: number[] = [];
  readonly #from: number;

  constructor(from = 0) {
    this.#from = from;
  }

  /** Changes it at a record, which is not before those added earlier. */
  add(record: number, change: number): void {
    this.set(record, (this.#values.at(-1) ?? this.#from) + change);
  }

  set(record: number, value: number): void {
    this.#records.push(record);
    this.#values.push(value);
  }

  /** What it is once a record has happened. */
  at(record: number): number {
    const count = countUpTo(this.#records, record);
    return count === 0 ? this.#from : (this.#values[count - 1] as number);
  }
}

/** Things that happened at times, each with a value; asked for by windows of time. */
export class Tally {
  readonly #times: number[] = [];
  readonly #values: number[] = [];

  /** Adds one, not before those added earlier. */
  add(at: number, value = 0): void {
    this.#times.push(at);
    this.#values.push(value);
  }

  get size(): number {
    return this.#times.length;
  }

  /** How many there were after `from`, up to and with `to`. */
  count(from: number, to: number): number {
    return countUpTo(this.#times, to) - countUpTo(this.#times, from);
  }

  /** Their values, in the order of time. */
  values(from: number, to: number): number[] {
    return this.#values.slice(countUpTo(this.#times, from), countUpTo(this.#times, to));
  }

  /** A share of all values lies at or below this; null where there is none. */
  quantile(share: number, from: number, to: number): number | null {
    const values = this.values(from, to).sort((a, b) => a - b);
    return values.length === 0
      ? null
      : (values[Math.min(values.length - 1, Math.floor(share * values.length))] as number);
  }
}
