import type { Received } from '../../broker/message-broker.ts';
import type { Value } from '../../expression/value.ts';
import { DONE } from '../../outcome.ts';
import { forget, type Held, type Holder, hold, type Keeper, type Next, settle } from './keeper.ts';

/** What a message is the newest of; null: it stands for itself. */
export type KeyOf = (message: Received) => Value;

interface Waiting extends Held {
  /** When it came for the first time, counted from 1. */
  readonly arrival: number;
}

/**
 * Conflation: while messages wait for a worker, only the newest of each key is kept; older ones are done with unworked.
 *
 * A key has its turn in the order in which it began to wait, and is never worked twice at once. Newer is what came
 * later for the first time: a message that failed and comes again does not pass for news. All of it is in the memory of
 * one replica, and of one life of that.
 */
export class Conflater implements Keeper {
  readonly #holder: Holder;
  readonly #keyOf: KeyOf;
  readonly #next: Next;
  /** How many messages may be worked at once. */
  readonly #room: () => number;
  /** By key; the one that waits longest is first. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #working = new Set<string>();
  /** The arrival of the newest message of each key. */
  readonly #newest = new Map<string, number>();
  /** The arrival of each message that is not done with, wherever it is. */
  readonly #arrivals = new Map<number, number>();
  #arrived = 0;
  #life = 0;

  constructor(holder: Holder, keyOf: KeyOf, room: () => number, next: Next) {
    this.#holder = holder;
    this.#keyOf = keyOf;
    this.#room = room;
    this.#next = next;
  }

  take(message: Received): void {
    const value = this.#keyOf(message);
    if (value === null) {
      this.#next(message);
      return;
    }
    const key = typeof value === 'string' ? value : JSON.stringify(value);
    const { id } = message.envelope;
    const arrival = this.#arrivals.get(id) ?? ++this.#arrived;
    if (arrival < (this.#newest.get(key) ?? 0)) {
      this.#passOver({ message, record: message.record, sole: false, arrival }, key, message.record);
      return;
    }
    this.#arrivals.set(id, arrival);
    this.#newest.set(key, arrival);
    const free = this.#working.size < this.#room() && !this.#working.has(key) && !this.#waiting.has(key);
    if (free) {
      this.#hand(key, { message, record: message.record, sole: false, arrival });
      return;
    }
    const before = this.#waiting.get(key);
    const held = { ...hold(this.#holder, message, 'busy'), arrival };
    this.#waiting.set(key, held); // in the place of the one before
    if (before) this.#passOver(before, key, held.record);
  }

  lost(cause: number): void {
    for (const held of this.#waiting.values()) forget(this.#holder, held, cause, 'process ended');
    this.#begin();
  }

  close(): void {
    const waiting = [...this.#waiting];
    this.#begin();
    for (const [key, held] of waiting) if (held.sole) this.#release(key, held, 'closed');
  }

  /** Nothing is known any more. */
  #begin(): void {
    this.#life++;
    this.#waiting.clear();
    this.#working.clear();
    this.#newest.clear();
    this.#arrivals.clear();
    this.#arrived = 0;
  }

  /** A newer message makes this one void: its broker may forget it. */
  #passOver(held: Waiting, key: string, cause: number): void {
    const { system, consumer } = this.#holder;
    const { envelope, record: delivery } = held.message;
    if (this.#arrivals.get(envelope.id) !== this.#newest.get(key)) this.#arrivals.delete(envelope.id);
    const subject = envelope.thing?.recorded;
    const record = system.log.note('conflated', consumer, subject, cause, delivery, envelope.id, key);
    settle(this.#holder, held, DONE, record);
  }

  /** Gives room to keys that wait. */
  #advance(): void {
    for (const [key, held] of this.#waiting) {
      if (this.#working.size >= this.#room()) return;
      if (this.#working.has(key)) continue;
      this.#waiting.delete(key);
      if (held.message.gone?.()) this.#arrivals.delete(held.message.envelope.id);
      else this.#release(key, held, 'in turn');
    }
  }

  #release(key: string, held: Waiting, why: 'in turn' | 'closed'): void {
    const { system, consumer } = this.#holder;
    const { envelope, record: delivery } = held.message;
    const subject = envelope.thing?.recorded;
    const record = system.log.note('released', consumer, subject, held.record, delivery, 1, why);
    this.#hand(key, { ...held, record });
  }

  #hand(key: string, held: Waiting): void {
    const life = this.#life;
    const { id } = held.message.envelope;
    this.#working.add(key);
    this.#next({
      ...held.message,
      record: held.record,
      settle: (outcome, cause) => {
        if (life !== this.#life) {
          settle(this.#holder, held, outcome, cause);
          return;
        }
        this.#working.delete(key);
        if (!outcome.ok && this.#newest.get(key) !== held.arrival) this.#passOver(held, key, cause);
        else {
          if (outcome.ok) this.#arrivals.delete(id);
          settle(this.#holder, held, outcome, cause);
        }
        this.#advance();
      },
    });
  }
}
