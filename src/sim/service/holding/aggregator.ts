import type { Received } from '../../broker/message-broker.ts';
import type { Value } from '../../expression/value.ts';
import { DONE } from '../../outcome.ts';
import type { Aggregate } from '../../world/schema/holding.ts';
import { forget, type Held, type Holder, hold, type Keeper, type Next, settle } from './keeper.ts';

/** What messages say of themselves; null where an expression had no value. */
export interface Correlation {
  group(message: Received): Value;
  /** So many are complete; null: no number is. */
  size(message: Received): number | null;
}

interface Group {
  /** By message: one that comes again takes its own place. */
  readonly held: Map<number, Held>;
  timer: number | null;
}

/**
 * EIP "Aggregator": holds messages that belong together, and hands them on as one when they are complete, or when
 * nothing has been added for the timeout.
 *
 * Each replica has groups of its own: parts that reach different replicas never meet.
 */
export class Aggregator implements Keeper {
  readonly #holder: Holder;
  readonly #settings: Aggregate;
  readonly #of: Correlation;
  readonly #next: Next;
  readonly #groups = new Map<string, Group>();

  constructor(holder: Holder, settings: Aggregate, of: Correlation, next: Next) {
    this.#holder = holder;
    this.#settings = settings;
    this.#of = of;
    this.#next = next;
  }

  take(message: Received): void {
    const key = JSON.stringify(this.#of.group(message));
    const group = this.#groups.get(key) ?? { held: new Map<number, Held>(), timer: null };
    this.#groups.set(key, group);
    const { id } = message.envelope;
    const size = this.#of.size(message);
    const count = group.held.size + (group.held.has(id) ? 0 : 1);
    const held = hold(this.#holder, message, size === null ? `${count}` : `${count} of ${size}`);
    const before = group.held.get(id);
    if (before) settle(this.#holder, before, DONE, held.record);
    group.held.set(id, held);
    if (size !== null && count >= size) this.#complete(key, group, held.record, 'complete');
    else this.#await(key, group);
  }

  lost(cause: number): void {
    const groups = [...this.#groups.values()];
    this.#groups.clear();
    for (const group of groups) {
      this.#rest(group);
      for (const held of group.held.values()) forget(this.#holder, held, cause, 'process ended');
    }
  }

  close(): void {
    for (const [key, group] of [...this.#groups])
      if (this.#holder.volatile) this.#complete(key, group, lastOf(group).record, 'closed');
      else {
        this.#rest(group);
        this.#groups.delete(key);
      }
  }

  #rest(group: Group): void {
    if (group.timer !== null) this.#holder.system.sim.cancel(group.timer);
    group.timer = null;
  }

  /** Begins to wait anew: the timeout is one of inactivity. */
  #await(key: string, group: Group): void {
    const { completionTimeout } = this.#settings;
    if (completionTimeout === null) return;
    this.#rest(group);
    group.timer = this.#holder.system.sim.after(completionTimeout, () => {
      group.timer = null;
      if (this.#settings.discardOnCompletionTimeout) this.#discard(key, group);
      else this.#complete(key, group, lastOf(group).record, 'timeout');
    });
  }

  #discard(key: string, group: Group): void {
    this.#groups.delete(key);
    const { record: cause } = lastOf(group);
    for (const held of group.held.values()) {
      forget(this.#holder, { ...held, sole: true }, cause, 'timeout');
      settle(this.#holder, held, DONE, cause);
    }
  }

  #complete(key: string, group: Group, cause: number, why: 'complete' | 'timeout' | 'closed'): void {
    const { system, consumer } = this.#holder;
    this.#rest(group);
    this.#groups.delete(key);
    const all = [...group.held.values()];
    const first = all[0]!; // a group begins with a message
    const last = lastOf(group);
    const { envelope } = first.message;
    const record = system.log.note(
      'released',
      consumer,
      envelope.thing?.recorded,
      cause,
      last.message.record,
      all.length,
      why,
    );
    const parts = all.map(({ message }) => message.envelope.body);
    this.#next({
      ...first.message,
      envelope: {
        ...envelope,
        written: undefined,
        body: { ...envelope.body, parts, complete: why === 'complete' },
      },
      record,
      settle: (outcome, because) => {
        for (const held of all) settle(this.#holder, held, outcome, because);
      },
    });
  }
}

const lastOf = ({ held }: Group): Held => [...held.values()].at(-1)!; // a group begins with a message
