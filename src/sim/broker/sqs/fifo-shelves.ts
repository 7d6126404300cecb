import type { StoredCopy } from './message.ts';
import type { Asking, Shelves, Verdict } from './shelves.ts';

/** The messages of one group, in the order in which they were sent. */
interface Group<B> {
  readonly id: string;
  readonly copies: Set<StoredCopy<B>>;
  inFlight: number;
}

/**
 * A FIFO queue: the messages of a group are received in their order, and none while another one is in flight.
 *
 * A receive takes as many messages of one group as it can before it takes from the next. Groups take turns; the
 * service does not say in which order.
 */
export class FifoShelves<B> implements Shelves<B> {
  readonly #groups = new Map<string, Group<B>>();
  /** Groups that have something to give, in the order of their turns. */
  readonly #ready = new Set<Group<B>>();

  add(copy: StoredCopy<B>): void {
    const group = this.#groupOf(copy);
    group.copies.add(copy);
    this.#consider(group);
  }

  show(copy: StoredCopy<B>): void {
    const group = this.#groupOf(copy);
    if (copy.receives > 0) group.inFlight--;
    this.#consider(group);
  }

  drop(copy: StoredCopy<B>, wasInFlight: boolean): void {
    const group = this.#groupOf(copy);
    group.copies.delete(copy);
    if (wasInFlight) group.inFlight--;
    this.#consider(group);
  }

  offer(limit: number, _asking: Asking, take: (copy: StoredCopy<B>) => Verdict): void {
    let left = limit;
    for (const group of this.#ready) {
      if (left === 0) return;
      this.#ready.delete(group);
      // A message keeps its place until it is deleted: what comes back is the first of its group again.
      for (const copy of group.copies) {
        if (left === 0 || copy.state !== 'visible') break;
        if (take(copy) === 'removed') continue;
        group.inFlight++;
        left--;
      }
      this.#consider(group);
    }
  }

  oldest(): StoredCopy<B> | undefined {
    let oldest: StoredCopy<B> | undefined;
    for (const group of this.#ready) {
      const first = firstOf(group);
      if (first && (oldest === undefined || first.order < oldest.order)) oldest = first;
    }
    return oldest;
  }

  /** Puts a group in line if it has something to give, and forgets it once it is empty. */
  #consider(group: Group<B>): void {
    const first = firstOf(group);
    if (group.inFlight === 0 && first?.state === 'visible') this.#ready.add(group);
    else this.#ready.delete(group);
    if (first === undefined) this.#groups.delete(group.id);
  }

  #groupOf({ message: { MessageGroupId } }: StoredCopy<B>): Group<B> {
    const id = MessageGroupId ?? ''; // a FIFO queue takes no message without one
    let group = this.#groups.get(id);
    if (!group) {
      group = { id, copies: new Set(), inFlight: 0 };
      this.#groups.set(id, group);
    }
    return group;
  }
}

function firstOf<B>({ copies }: Group<B>): StoredCopy<B> | undefined {
  for (const copy of copies) return copy;
  return undefined;
}
