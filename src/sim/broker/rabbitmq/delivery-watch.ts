import { type Micros, minutes, NEVER } from '../../kernel/time.ts';
import type { RabbitBroker } from './broker.ts';
import type { Unacked } from './queue.ts';
import type { UnackedTable } from './unacked.ts';

/** How often a channel of the older server line looks at its deliveries. */
const TICK: Micros = minutes(1);

/**
 * Finds deliveries that are not settled in time: `consumer_timeout`.
 *
 * The older line looks once a minute, at the oldest delivery of the channel. The newer one watches
 * quorum queues only, where `x-consumer-timeout` may say another time.
 */
export class DeliveryWatch {
  readonly #broker: RabbitBroker;
  readonly #unacked: UnackedTable;
  readonly #overdue: (late: Unacked) => void;
  readonly #openedAt: Micros;
  #handle: number | null = null;
  #due: Micros = NEVER;

  constructor(broker: RabbitBroker, unacked: UnackedTable, overdue: (late: Unacked) => void) {
    this.#broker = broker;
    this.#unacked = unacked;
    this.#overdue = overdue;
    this.#openedAt = broker.clock.now;
  }

  /** Something was delivered. */
  delivered(unacked: Unacked): void {
    const due = this.#dueOf(unacked);
    if (due !== null && due < this.#due) this.#wait(due);
  }

  stop(): void {
    if (this.#handle !== null) this.#broker.clock.cancel(this.#handle);
    this.#handle = null;
    this.#due = NEVER;
  }

  #wait(due: Micros): void {
    this.stop();
    const { clock } = this.#broker;
    this.#due = due;
    this.#handle = this.#broker.after(Math.max(0, due - clock.now), () => {
      this.#handle = null;
      this.#due = NEVER;
      const late = this.#first();
      if (late && this.#dueOf(late)! <= clock.now) this.#overdue(late);
      const next = this.#first();
      if (next) this.#wait(this.#dueOf(next)!);
    });
  }

  /** When a delivery will be found late, if it is still out; null: never. */
  #dueOf({ queue, since }: Unacked): Micros | null {
    const { rules, consumerTimeout } = this.#broker;
    if (rules.timeoutClosesChannel) {
      const ticks = Math.floor((since + consumerTimeout - this.#openedAt) / TICK) + 1;
      return this.#openedAt + ticks * TICK;
    }
    if (queue.settings.type !== 'quorum') return null;
    return since + (queue.settings.consumerTimeout ?? consumerTimeout);
  }

  #first(): Unacked | undefined {
    if (this.#broker.rules.timeoutClosesChannel) return this.#unacked.oldest;
    return this.#unacked.soonest((each) => this.#dueOf(each));
  }
}
