import type { System } from '../system.ts';

/** Where messages of response streams lie: at who wrote them and cannot send them, or at who has not read them. */
export type Kept = 'unsent' | 'unread';

const ALL: readonly Kept[] = ['unsent', 'unread'];

/** What a process has in its memory beside its requests. */
export class Memory {
  readonly #system: System;
  readonly #owner: string;
  readonly #kept: Record<Kept, number> = { unsent: 0, unread: 0 };

  constructor(system: System, owner: string) {
    this.#system = system;
    this.#owner = owner;
  }

  /** Messages that it has. */
  get messages(): number {
    return this.#kept.unsent + this.#kept.unread;
  }

  /** So many more, or fewer. */
  keep(what: Kept, messages: number): void {
    this.#kept[what] += messages;
    this.#system.gauges.set(what, this.#owner, this.#kept[what]);
  }

  /** The process is gone, and all of it. */
  clear(): void {
    for (const what of ALL) if (this.#kept[what] > 0) this.keep(what, -this.#kept[what]);
  }
}
