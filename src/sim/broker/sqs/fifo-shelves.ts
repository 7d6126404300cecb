import { Line, type Place } from '../../kernel/line.ts';
import type { StoredCopy } from './message.ts';
import type { Asking, Shelves, Verdict } from './shelves.ts';

/** The messages of one group, in the order in which they were sent. */
class Group<B> implements Place<Group<B>> {
  readonly id: string;
  readonly copies = new Line<StoredCopy<B>>();
  inFlight = 0;
  /** It stands in the line of those that have something to give. */
  ready = false;
  ahead: Group<B> | undefined = undefined;
  behind: Group<B> | undefined = undefined;

  constructor(id: string) {
    this.id = id;
  }
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
  readonly #ready = new Line<Group<B>>();

  add(copy: StoredCopy<B>): void {
    const group = this.#groupOf(copy);
    group.copies.push(copy);
    this.#consider(group);
  }

  show(copy: StoredCopy<B>): void {
    const group = this.#groupOf(copy);
    if (copy.receives > 0) group.inFlight--;
    this.#consider(group);
  }

  drop(copy: StoredCopy<B>, wasInFlight: boolean): void {
    const group = this.#groupOf(copy);
    group.copies.remove(copy);
    if (wasInFlight) group.inFlight--;
    this.#consider(group);
  }

  offer(limit: number, _asking: Asking, take: (copy: StoredCopy<B>) => Verdict): void {
    let left = limit;
    for (let group = this.#ready.first; group && left > 0; group = this.#ready.first) {
      this.#leave(group);
      // A message keeps its place until it is deleted: what comes back is the first of its group again.
      for (let copy = group.copies.first; copy?.state === 'visible' && left > 0; ) {
        const next: StoredCopy<B> | undefined = copy.behind;
        if (take(copy) === 'received') {
          group.inFlight++;
          left--;
        }
        copy = next;
      }
      this.#consider(group);
    }
  }

  oldest(): StoredCopy<B> | undefined {
    let oldest: StoredCopy<B> | undefined;
    for (let group = this.#ready.first; group; group = group.behind) {
      const { first } = group.copies;
      if (first && (oldest === undefined || first.order < oldest.order)) oldest = first;
    }
    return oldest;
  }

  /** Puts a group in line if it has something to give, and forgets it once it is empty. */
  #consider(group: Group<B>): void {
    const { first } = group.copies;
    if (group.inFlight > 0 || first?.state !== 'visible') this.#leave(group);
    else if (!group.ready) {
      group.ready = true;
      this.#ready.push(group);
    }
    if (first === undefined) this.#groups.delete(group.id);
  }

  #leave(group: Group<B>): void {
    if (group.ready) this.#ready.remove(group);
    group.ready = false;
  }

  #groupOf({ message: { MessageGroupId } }: StoredCopy<B>): Group<B> {
    const id = MessageGroupId ?? ''; // a FIFO queue takes no message without one
    let group = this.#groups.get(id);
    if (!group) {
      group = new Group(id);
      this.#groups.set(id, group);
    }
    return group;
  }
}
