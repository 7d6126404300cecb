/** Texts by small numbers, given in the order of first use. */
export class Names {
  readonly #texts: string[] = [];
  readonly #ids = new Map<string, number>();

  /** How many texts there are; their numbers are 0 to size - 1. */
  get size(): number {
    return this.#texts.length;
  }

  /** The number of a text, a new one if it is new. */
  intern(text: string): number {
    let id = this.#ids.get(text);
    if (id === undefined) {
      id = this.#texts.push(text) - 1;
      this.#ids.set(text, id);
    }
    return id;
  }

  /** The text of a number that `intern` gave. */
  text(id: number): string {
    const text = this.#texts[id];
    if (text === undefined) throw new RangeError(`no text has the number ${id}`);
    return text;
  }

  /** The number of a text, -1 if it was never interned. */
  find(text: string): number {
    return this.#ids.get(text) ?? -1;
  }
}
