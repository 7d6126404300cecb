import { mix } from '../../../kernel/luck.ts';
import { type Micros, ms, seconds } from '../../../kernel/time.ts';
import type { Leg } from '../../../net/network.ts';
import { isRefusal, type Outcome } from '../../../outcome.ts';
import type { Name } from '../../../recorder.ts';
import type { Attachment, Listener } from '../../message-broker.ts';
import type { Channel } from '../../rabbitmq/channel.ts';
import type { Connection } from '../../rabbitmq/connection.ts';
import type { Delivery } from '../../rabbitmq/events.ts';
import type { Posting } from './posting.ts';
import type { RabbitMQ } from './rabbitmq.ts';
import { retryQueue } from './retry-queues.ts';

/** A peer that has not been heard of for so long is taken for dead: the default `heartbeat`. */
const HEARTBEAT: Micros = seconds(60);

/** The Java client's `networkRecoveryInterval`. */
const RECOVERY: Micros = seconds(5);

/** TCP's first retransmission timeout, doubled each time. */
const RETRANSMIT: Micros = ms(200);

const TAG = 'consumer';

/** A delivery on its way to the consumer, in its hands, or on its way back. */
interface Course {
  readonly delivery: Delivery;
  readonly posting: Posting;
  readonly key: number;
  readonly variant: number;
  /** From 1. */
  readonly attempt: number;
  /** The connection that it belongs to. */
  readonly session: number;
}

/** One replica's consumer of one queue: its connection, and what is out on it. */
export class Subscription implements Attachment {
  readonly #bridge: RabbitMQ;
  readonly #listener: Listener;
  readonly #queue: string;
  readonly #name: Name;
  #connection: Connection | null = null;
  #channel: Channel | null = null;
  /** Counts connections: what belongs to an earlier one means nothing. */
  #session = 0;
  #attempts = 0;
  /** Counts the times in which its process stood still. */
  #silences = 0;
  #wanted = true;
  /** Deliveries on this connection that are to be answered. */
  #inHand = 0;
  /** It ends its connection once they are. */
  #leaving = false;
  /** A connection keeps the order of what is sent on it. */
  #lastArrival: Micros = 0;
  #lastAnswer: Micros = 0;

  constructor(bridge: RabbitMQ, listener: Listener, queue: string) {
    this.#bridge = bridge;
    this.#listener = listener;
    this.#queue = queue;
    this.#name = bridge.journal.nameOf(queue);
    this.#open();
  }

  lost(cause: number, silently: boolean): void {
    if (!silently) {
      this.#end('connection closed', cause);
      return;
    }
    const session = this.#session;
    this.#bridge.system.sim.after(HEARTBEAT, () => {
      if (session === this.#session) this.#end('heartbeat missed', cause);
    });
  }

  restored(): void {
    // A machine that is back refuses what belongs to a connection that it does not know.
    if (this.#connection) this.#end('connection closed');
    if (this.#wanted && !this.#connection) this.#reconnect();
  }

  /** The server takes a client for dead that it has not heard of for so long, and closes the connection. */
  silent(cause: number): void {
    const session = this.#session;
    const silence = ++this.#silences;
    this.#bridge.system.sim.after(HEARTBEAT, () => {
      const over = session !== this.#session || silence !== this.#silences || !this.#listener.still;
      if (over || !this.#connection) return;
      this.#end('heartbeat missed', cause);
      this.#retry();
    });
  }

  retire(): void {
    this.#leaving = true;
    this.#channel?.cancel(TAG);
    this.#leave();
  }

  close(): void {
    this.#wanted = false;
    this.#end('connection closed');
  }

  #open(): void {
    const { settings } = this.#listener;
    const { prefetch, exclusive, ack } = settings;
    const priority = settings['x-priority'];
    const connection = this.#bridge.engine.connect({ closed: () => this.#cut() });
    this.#connection = connection;
    this.#session++;
    const session = this.#session;
    const channel = connection.openChannel({
      deliver: (_, delivery) => this.#handed(delivery, session),
      cancelled: () => this.#cut(),
      closed: () => this.#cut(),
    });
    this.#channel = channel;
    channel.qos(prefetch);
    channel.consume({
      queue: this.#queue,
      consumer: TAG,
      noAck: ack === 'auto',
      exclusive,
      ...(priority !== null && { arguments: { 'x-priority': priority } }),
    });
  }

  /** Ends the connection; what is out on it comes back to the queue. */
  #end(reason: string, cause?: number): void {
    const connection = this.#connection;
    this.#connection = null;
    this.#channel = null;
    this.#inHand = 0;
    this.#leaving = false;
    this.#session++;
    this.#bridge.journal.because(cause, reason, () => connection?.close());
  }

  /** What was on its way to it when it left goes back to the queue. */
  #leave(): void {
    if (this.#leaving && this.#inHand === 0) this.#end('connection closed');
  }

  /** The server has ended the connection, or what was consumed on it. */
  #cut(): void {
    if (!this.#connection) return;
    this.#end('connection closed');
    this.#retry();
  }

  #retry(): void {
    const session = this.#session;
    const reconnect = () => {
      if (session === this.#session && this.#wanted && this.#listener.up) this.#reconnect();
    };
    this.#listener.whenRunning(() => this.#bridge.system.sim.after(RECOVERY, reconnect));
  }

  #reconnect(): void {
    const { up, end, system } = this.#bridge;
    const { consumer } = this.#listener;
    const probe = system.network.send(
      this.#listener.end,
      end,
      'request',
      consumer.hash,
      ++this.#attempts,
      undefined,
      -1,
      -1,
    );
    if (up && probe.lost === null && !probe.refused) this.#open();
    else this.#retry();
  }

  /** The broker has written a delivery to the socket. */
  #handed(delivery: Delivery, session: number): void {
    const posting = delivery.message.body as Posting; // the bridge publishes nothing else
    const { envelope, copy, earlier } = posting;
    if (this.#listener.settings.ack === 'auto') this.#bridge.journal.acked(this.#queue);
    const attempt = earlier + deaths(delivery) + delivery.acquiredCount + 1;
    const first = copy === 0 ? envelope.variant : mix(envelope.variant, 8_000 + copy);
    const variant = attempt === 1 ? first : mix(first, 3_000 + attempt - 1);
    const key = envelope.thing?.key ?? envelope.id;
    const course: Course = { delivery, posting, key, variant, attempt, session };
    const time = this.#bridge.deliveryTime(key, variant);
    this.#carry('delivery', course, posting.at(this.#queue), (arrival, cause) => {
      const at = Math.max(arrival + time, this.#lastArrival);
      this.#lastArrival = at;
      this.#bridge.system.sim.at(at, () => this.#listener.whenRunning(() => this.#arrived(course, cause)));
    });
  }

  /** Sends something over the connection; TCP tries again what the network loses, until the heartbeat has been missed. */
  #carry(
    leg: Leg,
    course: Course,
    cause: number,
    arrive: (at: Micros, cause: number) => void,
    tries = 0,
    waited: Micros = 0,
  ): void {
    const { system, end } = this.#bridge;
    const { posting, session, key } = course;
    const [from, to] = leg === 'delivery' ? [end, this.#listener.end] : [this.#listener.end, end];
    const variant = tries === 0 ? course.variant : mix(course.variant, 9_000 + tries);
    const subject = posting.envelope.thing?.recorded;
    const transit = system.network.send(from, to, leg, key, variant, subject, cause, cause);
    if (transit.lost === null && !transit.refused) {
      arrive(system.sim.now + transit.delay, transit.cause);
      return;
    }
    const wait = Math.min(RETRANSMIT * (1 << tries), HEARTBEAT - waited);
    system.sim.after(wait, () => {
      if (session !== this.#session) return;
      if (waited + wait < HEARTBEAT)
        this.#carry(leg, course, transit.cause, arrive, tries + 1, waited + wait);
      else {
        this.#end('connection lost', transit.cause);
        this.#retry();
      }
    });
  }

  #arrived(course: Course, cause: number): void {
    const { delivery, posting, session, attempt, variant } = course;
    const { envelope } = posting;
    const { log } = this.#bridge.system;
    const { consumer, up, settings } = this.#listener;
    const subject = envelope.thing?.recorded;
    const auto = settings.ack === 'auto';
    if (session !== this.#session || !up) {
      if (auto) log.note('dropped', this.#name, subject, cause, cause, envelope.id, 'consumer gone');
      return;
    }
    const redelivered = delivery.redelivered || attempt > 1;
    const detail = redelivered ? 'redelivered' : 'first';
    const record = log.note('delivery', consumer, subject, cause, cause, envelope.id, detail, this.#name);
    posting.move(this.#queue, record);
    if (auto) this.#noteAck(course, record);
    else if (settings.ack === 'before') this.#answer(course, record, (carried) => this.#ack(course, carried));
    let open = settings.ack === 'manual';
    if (open) this.#inHand++;
    this.#listener.take({
      envelope,
      channel: this.#name,
      attempt,
      redelivered,
      variant,
      record,
      settle: (outcome, because) => {
        if (!open) return;
        open = false;
        this.#answer(course, because, (carried) => {
          this.#settled(course, outcome, carried);
          this.#inHand--;
          this.#leave();
        });
      },
    });
  }

  /** The consumer's word travels to the broker. */
  #answer(course: Course, cause: number, act: (cause: number) => void): void {
    if (course.session !== this.#session) return;
    this.#carry('ack', course, cause, (arrival, carried) => {
      const at = Math.max(arrival, this.#lastAnswer);
      this.#lastAnswer = at;
      this.#bridge.system.sim.at(at, () => {
        if (course.session === this.#session) act(carried);
      });
    });
  }

  #settled(course: Course, outcome: Outcome, cause: number): void {
    if (outcome.ok) this.#ack(course, cause);
    else this.#failed(course, outcome.failure.reason, isRefusal(outcome.failure), cause);
  }

  #ack(course: Course, cause: number): void {
    const { journal } = this.#bridge;
    journal.acked(this.#queue);
    this.#noteAck(course, cause);
    journal.because(cause, null, () => this.#channel?.ack(course.delivery.tag));
  }

  #failed(course: Course, reason: string, refused: boolean, cause: number): void {
    const { journal } = this.#bridge;
    const { retry, requeue, deadLetter } = this.#listener.settings;
    const { delivery, posting, attempt } = course;
    const delays = retry && 'delays' in retry ? retry.delays : null;
    const hopeless = delays === null ? !(requeue ?? !refused) : refused || attempt > delays.length;
    const elsewhere = hopeless ? deadLetter : delays && retryQueue(this.#queue, attempt);
    journal.because(cause, reason, () => {
      if (elsewhere === null) this.#channel?.reject(delivery.tag, !hopeless);
      else {
        const record = hopeless
          ? journal.gaveUp(this.#queue, posting, reason, elsewhere)
          : journal.putOff(this.#queue, posting, reason, elsewhere);
        this.#bridge.move(posting, elsewhere, record, hopeless ? 0 : attempt, this.#name.text);
        this.#channel?.ack(delivery.tag);
      }
    });
  }

  #noteAck({ posting }: Course, cause: number): void {
    const { envelope } = posting;
    const { log } = this.#bridge.system;
    const { consumer, settings } = this.#listener;
    const span = posting.at(this.#queue);
    const early = settings.ack === 'manual' ? undefined : settings.ack;
    log.note('ack', consumer, envelope.thing?.recorded, cause, span, envelope.id, early, this.#name);
  }
}

/** How often a message has died on its way: each of them was a delivery before this one. */
function deaths({ message }: Delivery): number {
  let sum = 0;
  for (const { reason, count } of message.deaths) if (reason === 'rejected') sum += count;
  return sum;
}
