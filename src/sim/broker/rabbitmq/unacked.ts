import type { Unacked } from './queue.ts';
import { Refusal } from './refusal.ts';

/** What a channel has been given and not settled, in the order of delivery tags. */
export class UnackedTable {
  readonly #byTag = new Map<number, Unacked>();

  get size(): number {
    return this.#byTag.size;
  }

  /** The one that is out longest. */
  get oldest(): Unacked | undefined {
    for (const unacked of this.#byTag.values()) return unacked;
    return undefined;
  }

  /** The one that `due` makes come first; null: it does not count. */
  soonest(due: (unacked: Unacked) => number | null): Unacked | undefined {
    let soonest: Unacked | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const unacked of this.#byTag.values()) {
      const at = due(unacked);
      if (at === null || at >= least) continue;
      least = at;
      soonest = unacked;
    }
    return soonest;
  }

  add(unacked: Unacked): void {
    this.#byTag.set(unacked.tag, unacked);
  }

  /** Takes one delivery, or with `multiple` all up to it, tag 0 meaning all; refuses a tag that is not out. */
  take(tag: number, multiple: boolean): Unacked[] {
    if (tag === 0 && multiple) return this.takeAll();
    const named = this.#byTag.get(tag);
    if (!named) throw new Refusal('PRECONDITION_FAILED', `unknown delivery tag ${tag}`);
    if (!multiple) {
      this.#byTag.delete(tag);
      return [named];
    }
    return this.takeWhere((unacked) => unacked.tag <= tag);
  }

  takeAll(): Unacked[] {
    const all = [...this.#byTag.values()];
    this.#byTag.clear();
    return all;
  }

  takeWhere(leaves: (unacked: Unacked) => boolean): Unacked[] {
    const taken = [...this.#byTag.values()].filter(leaves);
    for (const { tag } of taken) this.#byTag.delete(tag);
    return taken;
  }
}
