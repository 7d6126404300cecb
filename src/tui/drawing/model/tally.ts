import { countUpTo } from '../../../scenarios/channels/level.ts';

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
