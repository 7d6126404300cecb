import type { Queue, Unacked } from './queue.ts';
import { Refusal } from './refusal.ts';

/** Deliveries of one consumer, or one basic.get, of one queue. */
export interface Batch {
  readonly queue: Queue;
  readonly unacked: readonly Unacked[];
}

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

/** Groups deliveries as the server settles them: by queue, and in it gets first, then consumers, each by name. */
export function batches(unacked: readonly Unacked[]): Batch[] {
  const [first, second] = unacked;
  if (!first) return [];
  if (!second) return [{ queue: first.queue, unacked }];
  const sorted = [...unacked].sort(
    (a, b) =>
      compare(a.queue.settings.name, b.queue.settings.name) ||
      compareConsumers(a.consumer, b.consumer) ||
      a.tag - b.tag,
  );
  const groups: { queue: Queue; consumer: string | null; unacked: Unacked[] }[] = [];
  for (const each of sorted) {
    const last = groups.at(-1);
    if (each.consumer !== null && last?.queue === each.queue && last.consumer === each.consumer)
      last.unacked.push(each);
    else groups.push({ queue: each.queue, consumer: each.consumer, unacked: [each] });
  }
  return groups;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareConsumers(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return compare(a, b);
}
