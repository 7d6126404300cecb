import { MILLISECOND, NO_TIMER } from '../clock.ts';
import type { Connection } from '../connection.ts';
import type { Broker } from './broker.ts';
import type { Controller, HeartbeatAnswer } from './controller.ts';
import type { PartitionState } from './metadata.ts';

/** A broker's side of its talk with the controller: heartbeats, and requests for another ISR. */
export class ControllerClient {
  readonly #broker: Broker;
  readonly #controller: Controller;
  #connection: Connection;
  /** Counts the broker's lives. */
  #incarnation = 0;
  /** Entries of the metadata log that it knows, without a gap. */
  #applied = 0;
  #timer = NO_TIMER;
  #leaving: (() => void) | null = null;

  constructor(broker: Broker, controller: Controller) {
    this.#broker = broker;
    this.#controller = controller;
    this.#connection = broker.connectTo(controller);
  }

  start(): void {
    this.#incarnation++;
    this.#applied = 0;
    this.#leaving = null;
    this.#beat();
  }

  stop(): void {
    this.#broker.clock.cancel(this.#timer);
    this.#connection.close();
    this.#connection = this.#broker.connectTo(this.#controller);
  }

  /** Controlled shutdown: `ended` is called once the controller has no more use for this broker. */
  shutDown(ended: () => void): void {
    this.#leaving = ended;
    this.#broker.clock.cancel(this.#timer);
    this.#beat();
  }

  alterIsr(
    state: PartitionState,
    isr: readonly number[],
    answered: (state: PartitionState | null) => void,
  ): void {
    const broker = this.#broker;
    this.#connection.request<PartitionState | null>(
      64,
      this.#patience,
      (respond) => respond(this.#controller.alterIsr(broker.id, state, isr), 64),
      (decided) => {
        if (decided) broker.learn({ kind: 'partition', state: decided });
        answered(decided);
      },
      () => answered(null),
    );
  }

  /** For the controller: entry number `index` of the metadata log, as soon as it is written. */
  pushed(index: number): void {
    const change = this.#controller.changes[index];
    if (!change) return;
    if (index === this.#applied) this.#applied++;
    this.#broker.learn(change); // one that comes early is no harm: each entry tells by its epoch how new it is
  }

  /** Learns at once all that is decided: for what was so before time began. */
  sync(): void {
    this.#catchUp({ from: 0, to: this.#controller.changes.length, fenced: false, mayLeave: false });
  }

  /** Half of a session, so that one message that is lost does not end it. */
  get #patience(): number {
    return (this.#broker.settings['broker.session.timeout.ms'] * MILLISECOND) / 2;
  }

  #beat(): void {
    const { id, settings, clock } = this.#broker;
    const incarnation = this.#incarnation;
    const applied = this.#applied;
    const again = (soon: boolean): void => {
      if (incarnation !== this.#incarnation || !this.#broker.up) return;
      const wait = soon ? 0 : settings['broker.heartbeat.interval.ms'] * MILLISECOND;
      clock.cancel(this.#timer);
      this.#timer = clock.after(wait, () => this.#beat());
    };
    const leaving = this.#leaving !== null;
    this.#connection.request<HeartbeatAnswer>(
      32,
      this.#patience,
      (respond) => {
        const answer = this.#controller.heartbeat({
          id,
          incarnation,
          applied,
          leaving,
          pushed: (index) => this.pushed(index),
        });
        respond(answer, 32);
      },
      (answer) => {
        if (incarnation !== this.#incarnation || !this.#broker.up) return;
        this.#catchUp(answer);
        if (answer.mayLeave && this.#leaving) this.#leaving();
        else again(answer.fenced && !leaving);
      },
      () => again(false),
    );
  }

  #catchUp({ from, to }: HeartbeatAnswer): void {
    for (let index = from; index < to; index++) {
      if (index < this.#applied) continue;
      const change = this.#controller.changes[index];
      if (!change) break;
      this.#applied = index + 1;
      this.#broker.learn(change);
    }
  }
}
