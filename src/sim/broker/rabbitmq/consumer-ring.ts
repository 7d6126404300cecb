/** Consumers in turn: higher priorities first, those of one priority one after the other. */
export class ConsumerRing<C extends { readonly priority: number }> {
  /** Highest priority first; a level stays when it is empty. */
  readonly #levels: { readonly priority: number; members: C[] }[] = [];

  /** Takes the one whose turn it is. */
  take(): C | undefined {
    for (const { members } of this.#levels) if (members.length > 0) return members.shift();
    return undefined;
  }

  /** The one whose turn it is, without taking it. */
  get first(): C | undefined {
    for (const { members } of this.#levels) if (members.length > 0) return members[0];
    return undefined;
  }

  /** Puts one at the end of its priority. */
  add(consumer: C): void {
    const { priority } = consumer;
    const at = this.#levels.findIndex((level) => level.priority <= priority);
    const level = this.#levels[at];
    if (level?.priority === priority) level.members.push(consumer);
    else this.#levels.splice(at < 0 ? this.#levels.length : at, 0, { priority, members: [consumer] });
  }

  has(consumer: C): boolean {
    return this.#levels.some(({ members }) => members.includes(consumer));
  }

  /** Takes those out that `leaves` says, in their order. */
  takeAll(leaves: (consumer: C) => boolean): C[] {
    const taken: C[] = [];
    for (const level of this.#levels) {
      if (!level.members.some(leaves)) continue;
      for (const member of level.members) if (leaves(member)) taken.push(member);
      level.members = level.members.filter((member) => !leaves(member));
    }
    return taken;
  }

  remove(consumer: C): void {
    this.takeAll((each) => each === consumer);
  }
}
