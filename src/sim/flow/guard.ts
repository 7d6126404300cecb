import type { Marks } from '../database/marks.ts';

/** Lets the effects of one request happen only if no other request of the same key has had its own. */
export class Guard {
  readonly #marks: Marks;
  readonly #key: string;
  readonly #keep: number | null;
  #claimed = false;

  constructor(marks: Marks, key: string, keep: number | null) {
    this.#marks = marks;
    this.#key = key;
    this.#keep = keep;
  }

  get claimed(): boolean {
    return this.#claimed;
  }

  /** Called in the instant of an effect: true if this request may have it. */
  claim(): boolean {
    if (this.#claimed) return true;
    if (this.#marks.find(this.#key, this.#keep)?.done) return false;
    this.#marks.done(this.#key, null);
    this.#claimed = true;
    return true;
  }
}
