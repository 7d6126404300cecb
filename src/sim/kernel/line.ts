/** One place in a line. */
export interface Place<P> {
  ahead: P | undefined;
  behind: P | undefined;
}

/** A waiting line: first come, first served; anyone may leave at any time at the same cost. */
export class Line<P extends Place<P>> {
  #first: P | undefined = undefined;
  #last: P | undefined = undefined;
  #length = 0;

  /** Places taken. */
  get length(): number {
    return this.#length;
  }

  /** The one whose turn is next. */
  get first(): P | undefined {
    return this.#first;
  }

  /** Joins at the end. */
  push(place: P): void {
    place.ahead = this.#last;
    if (this.#last === undefined) this.#first = place;
    else this.#last.behind = place;
    this.#last = place;
    this.#length++;
  }

  /** Takes the first out. */
  shift(): P | undefined {
    const first = this.#first;
    if (first !== undefined) this.remove(first);
    return first;
  }

  /** Takes one that is in this line out. */
  remove(place: P): void {
    const { ahead, behind } = place;
    if (ahead === undefined) this.#first = behind;
    else ahead.behind = behind;
    if (behind === undefined) this.#last = ahead;
    else behind.ahead = ahead;
    place.ahead = undefined;
    place.behind = undefined;
    this.#length--;
  }
}
