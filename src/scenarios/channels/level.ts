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
