import type { Stream } from '../../kernel/luck.ts';
import { OrderHeap } from '../order-heap.ts';
import type { Clock } from './clock.ts';
import type { StoredCopy } from './message.ts';
import { NoisyTenants } from './noisy-tenants.ts';
import type { Asking, Shelves, Verdict } from './shelves.ts';

/** Servers that a queue is spread over, and how many of them a short poll asks. The service does not publish them. */
export interface Servers {
  readonly all: number;
  readonly sampled: number;
}

/** One server's part of a queue. */
interface Server<B> {
  readonly waiting: OrderHeap<StoredCopy<B>>;
  /** Copies of noisy tenants, passed over in favour of others. */
  readonly aside: Map<string, OrderHeap<StoredCopy<B>>>;
}

/**
 * A standard queue: each message waits on one of several servers, and a receive asks them in an order of its own.
 *
 * That is where its loose order comes from, and why a short poll, which does not ask them all, can miss a message
 * that is there.
 */
export class StandardShelves<B> implements Shelves<B> {
  readonly #clock: Clock;
  readonly #luck: Stream;
  readonly #sampled: number;
  readonly #servers: Server<B>[] = [];
  readonly #tenants = new NoisyTenants();

  constructor(clock: Clock, luck: Stream, { all, sampled }: Servers) {
    this.#clock = clock;
    this.#luck = luck;
    this.#sampled = sampled;
    for (let i = 0; i < all; i++) this.#servers.push({ waiting: new OrderHeap(), aside: new Map() });
  }

  add(copy: StoredCopy<B>): void {
    const { MessageGroupId } = copy.message;
    if (MessageGroupId !== null) this.#tenants.sent(MessageGroupId, this.#clock.now);
    if (copy.state === 'visible') this.#homeOf(copy).waiting.push(copy);
  }

  show(copy: StoredCopy<B>): void {
    if (copy.receives > 0) this.#ended(copy);
    this.#homeOf(copy).waiting.push(copy);
  }

  drop(copy: StoredCopy<B>, wasInFlight: boolean): void {
    if (wasInFlight) this.#ended(copy);
    const { MessageGroupId } = copy.message;
    if (MessageGroupId !== null) this.#tenants.left(MessageGroupId);
  }

  offer(limit: number, { short, luck }: Asking, take: (copy: StoredCopy<B>) => Verdict): void {
    const all = this.#servers;
    const first = this.#luck.below(all.length, luck.key, luck.variant, 1);
    const asked = short ? this.#sampled : all.length;
    let received = 0;
    for (const next of [quiet, loud]) {
      for (let more = true; more; ) {
        more = false;
        for (let i = 0; i < asked; i++) {
          if (received === limit) return;
          const server = all[(first + i) % all.length]!; // within bounds
          const copy = next(server, this.#tenants, this.#clock.now);
          if (!copy) continue;
          more = true;
          if (take(copy) === 'removed') continue;
          received++;
          this.#tenants.received(copy.message.MessageGroupId, this.#clock.now);
        }
      }
    }
  }

  oldest(): StoredCopy<B> | undefined {
    let oldest: StoredCopy<B> | undefined;
    for (const { waiting, aside } of this.#servers)
      for (const heap of [waiting, ...aside.values()]) {
        const first = firstVisible(heap);
        if (first && (oldest === undefined || first.order < oldest.order)) oldest = first;
      }
    return oldest;
  }

  #ended({ message, lastReceived }: StoredCopy<B>): void {
    const { now } = this.#clock;
    this.#tenants.ended(message.MessageGroupId, now - lastReceived, now);
  }

  /** A message always lives on the same server. */
  #homeOf({ message: { luck } }: StoredCopy<B>): Server<B> {
    return this.#servers[this.#luck.below(this.#servers.length, luck.key, luck.variant)]!; // within bounds
  }
}

/** The first copy that is there still: those that were deleted while they waited are forgotten here. */
function firstVisible<B>(heap: OrderHeap<StoredCopy<B>>): StoredCopy<B> | undefined {
  while (heap.first && heap.first.state !== 'visible') heap.take();
  return heap.first;
}

/** Takes a server's first copy that is not of a noisy tenant, and puts those before it aside. */
function quiet<B>(
  { waiting, aside }: Server<B>,
  tenants: NoisyTenants,
  now: number,
): StoredCopy<B> | undefined {
  for (const [group, copies] of aside) {
    if (tenants.noisy(group, now)) continue;
    for (let copy = copies.take(); copy; copy = copies.take()) waiting.push(copy);
    aside.delete(group);
  }
  while (firstVisible(waiting)) {
    const copy = waiting.take()!; // just seen
    const { MessageGroupId: group } = copy.message;
    if (group === null || !tenants.noisy(group, now)) return copy;
    let copies = aside.get(group);
    if (!copies) {
      copies = new OrderHeap();
      aside.set(group, copies);
    }
    copies.push(copy);
  }
  return undefined;
}

/** Takes a server's first copy of the noisy tenant that has the fewest messages in flight. */
function loud<B>({ aside }: Server<B>, tenants: NoisyTenants): StoredCopy<B> | undefined {
  let least: OrderHeap<StoredCopy<B>> | undefined;
  let inFlight = Number.POSITIVE_INFINITY;
  for (const [group, copies] of aside) {
    if (!firstVisible(copies)) aside.delete(group);
    else if (tenants.inFlightOf(group) < inFlight) {
      inFlight = tenants.inFlightOf(group);
      least = copies;
    }
  }
  return least?.take();
}
