import type { Received } from '../../broker/message-broker.ts';
import type { Value } from '../../expression/value.ts';
import { DONE, failed } from '../../outcome.ts';
import type { Resequence } from '../../world/schema/holding.ts';
import { forget, type Held, type Holder, hold, type Keeper, type Next, settle } from './keeper.ts';

/** Where a message belongs; a number that is none counts as the next one. */
export interface Order {
  sequence(message: Received): Value;
  number(message: Received): number | null;
}

interface Sequence {
  /** The number that has its turn. */
  next: number;
  /** By number. */
  readonly waiting: Map<number, Held>;
  /** What goes to the operation, in order; the first of them is being handled. */
  readonly passing: Held[];
  /** Its process is dead, or wants no more. */
  over: boolean;
}

/**
 * EIP "Resequencer": holds what comes before its turn until the gap is closed, or was waited for long enough; hands
 * messages of one sequence on one after the other.
 *
 * Each replica has an order of its own: messages that reach another one leave a gap here.
 */
export class Resequencer implements Keeper {
  readonly #holder: Holder;
  readonly #settings: Resequence;
  readonly #of: Order;
  readonly #next: Next;
  readonly #sequences = new Map<string, Sequence>();

  constructor(holder: Holder, settings: Resequence, of: Order, next: Next) {
    this.#holder = holder;
    this.#settings = settings;
    this.#of = of;
    this.#next = next;
  }

  take(message: Received): void {
    const key = JSON.stringify(this.#of.sequence(message));
    const sequence = this.#sequences.get(key) ?? this.#begin(key);
    const { next, waiting } = sequence;
    const number = this.#of.number(message) ?? next;
    const same = waiting.get(number);
    if (number === next) {
      this.#pass(sequence, { message, record: message.record, sole: false });
      sequence.next++;
      this.#drain(sequence, message.record);
    } else if (number < next || (same && same.message.envelope.id !== message.envelope.id)) {
      if (this.#settings.rejectOld) this.#refuse(message);
      else this.#pass(sequence, { message, record: message.record, sole: false });
    } else {
      const held = hold(this.#holder, message, `${next} is missing`);
      if (same) settle(this.#holder, same, DONE, held.record);
      waiting.set(number, held);
      this.#holder.system.sim.after(this.#settings.timeout, () => {
        if (!sequence.over && waiting.get(number) === held) this.#goOver(sequence, number, held);
      });
    }
  }

  lost(cause: number): void {
    for (const sequence of this.#sequences.values()) {
      sequence.over = true;
      // The first of those on their way is in the operation, and is told of with it.
      for (const held of [...sequence.passing.slice(1), ...sequence.waiting.values()])
        forget(this.#holder, held, cause, 'process ended');
    }
    this.#sequences.clear();
  }

  close(): void {
    for (const sequence of this.#sequences.values()) {
      for (const number of rising(sequence.waiting)) {
        const held = sequence.waiting.get(number);
        if (held?.sole) this.#release(sequence, number, held.record, 'closed');
      }
      sequence.over = !this.#holder.volatile;
    }
    this.#sequences.clear();
  }

  #begin(key: string): Sequence {
    const sequence = { next: this.#settings.first, waiting: new Map(), passing: [], over: false };
    this.#sequences.set(key, sequence);
    return sequence;
  }

  #refuse(message: Received): void {
    const { system, consumer } = this.#holder;
    const { envelope, record } = message;
    const subject = envelope.thing?.recorded;
    const late = system.log.note('held', consumer, subject, record, record, envelope.id, 'too late');
    message.settle(failed('too late', 409), late);
  }

  /** The gap was waited for long enough: everything up to a number goes on without what is missing. */
  #goOver(sequence: Sequence, number: number, { record }: Held): void {
    for (const each of rising(sequence.waiting)) {
      if (each > number) break;
      this.#release(sequence, each, record, 'timeout');
    }
    this.#drain(sequence, record);
  }

  /** Hands on what has its turn now. */
  #drain(sequence: Sequence, cause: number): void {
    while (sequence.waiting.has(sequence.next)) this.#release(sequence, sequence.next, cause, 'in turn');
  }

  #release(sequence: Sequence, number: number, cause: number, why: 'in turn' | 'timeout' | 'closed'): void {
    const { system, consumer } = this.#holder;
    const held = sequence.waiting.get(number);
    if (!held) return;
    const { envelope, record: delivery } = held.message;
    const record = system.log.note('released', consumer, envelope.thing?.recorded, cause, delivery, 1, why);
    sequence.waiting.delete(number);
    sequence.next = Math.max(sequence.next, number + 1);
    this.#pass(sequence, { ...held, record });
  }

  #pass(sequence: Sequence, held: Held): void {
    if (sequence.passing.push(held) === 1) this.#hand(sequence);
  }

  #hand(sequence: Sequence): void {
    const [held] = sequence.passing;
    if (!held) return;
    this.#next({
      ...held.message,
      record: held.record,
      settle: (outcome, cause) => {
        settle(this.#holder, held, outcome, cause);
        sequence.passing.shift();
        if (!sequence.over) this.#hand(sequence);
      },
    });
  }
}

const rising = (waiting: ReadonlyMap<number, Held>): number[] => [...waiting.keys()].sort((a, b) => a - b);
