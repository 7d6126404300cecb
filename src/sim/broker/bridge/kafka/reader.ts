import { mix } from '../../../kernel/luck.ts';
import { ms, seconds } from '../../../kernel/time.ts';
import { isRefusal, type Outcome } from '../../../outcome.ts';
import type { Name } from '../../../recorder.ts';
import type { Consumer } from '../../kafka/consumer/consumer.ts';
import type { ConsumerRecord } from '../../kafka/consumer/fetcher.ts';
import type { OffsetEntry } from '../../kafka/group/requests.ts';
import { type Attachment, type Listener, nameIn, productOf } from '../../message-broker.ts';
import type { InHand } from './journal.ts';
import type { KafkaBroker } from './kafka-broker.ts';
import type { Posting } from './posting.ts';
import { Progress } from './progress.ts';
import { commitsOf, configOf } from './reader-settings.ts';
import type { Transactional } from './transactional.ts';

/** What an application passes to `poll`. */
const POLL = seconds(1);

/** How long it waits before it polls a record again that could not be handled: the default `retry.backoff.ms`. */
const PAUSE = ms(100);

type Polled = ConsumerRecord<Posting>;

/** One record's turn, from its poll to what comes after it. */
interface Turn {
  readonly consumer: Consumer<Posting>;
  readonly record: Polled;
  /** The life of the process that polled it. */
  readonly life: number;
  readonly next: () => void;
}

/**
 * One replica's consumer: polls, works one record after the other, commits, and polls again.
 *
 * One that conflates polls on while records wait, and commits up to the first that is not done.
 */
export class Reader implements Attachment {
  readonly #bridge: KafkaBroker;
  readonly #listener: Listener;
  readonly #topics: readonly string[];
  #consumer: Consumer<Posting> | null = null;
  #writer: Transactional | null = null;
  /** Counts lives of the process: what belongs to an earlier one means nothing. */
  #life = 0;
  #wanted = true;
  /** It leaves its group once it has worked what it has polled. */
  #leaving = false;
  /** Of one that reads ahead: how far it is. */
  #progress: Progress | null = null;
  #committing = false;
  /** How often records were handed out that had to be polled again. */
  readonly #attempts = new Map<string, number>();

  constructor(bridge: KafkaBroker, listener: Listener) {
    this.#bridge = bridge;
    this.#listener = listener;
    this.#topics = listener.channels.map(nameIn);
    for (const topic of this.#topics) bridge.journal.accounts.open(topic, listener.group);
    this.#start();
  }

  lost(): void {
    this.#life++;
    this.#consumer?.kill();
    this.#writer?.kill();
    this.#consumer = null;
    this.#attempts.clear();
  }

  restored(): void {
    this.#leaving = false;
    if (this.#wanted && !this.#consumer) this.#start();
  }

  retire(): void {
    this.#leaving = true;
  }

  close(): void {
    this.#wanted = false;
    this.#leave();
  }

  #leave(): void {
    this.#life++;
    this.#consumer?.close();
    this.#writer?.close();
    this.#consumer = null;
  }

  #start(): void {
    if (!this.#listener.up) return;
    const consumer = this.#bridge.consumer(this.#listener, configOf(this.#listener));
    this.#consumer = consumer;
    this.#progress = this.#listener.settings.conflate === null ? null : new Progress();
    this.#committing = false;
    consumer.subscribe(this.#topics);
    const life = this.#life;
    this.#writer = this.#bridge.transactional(this.#listener);
    if (!this.#writer) this.#poll(consumer, life);
    else
      this.#writer.init((error) => {
        if (error === null) this.#poll(consumer, life);
      });
  }

  #poll(consumer: Consumer<Posting>, life: number): void {
    if (life !== this.#life) return;
    if (this.#leaving) {
      this.#leave();
      return;
    }
    consumer.poll(POLL, (records, error) => {
      if (life !== this.#life) return;
      // Without a position there is nothing to read: the application has ended with an exception.
      if (error !== null) return;
      if (this.#progress) this.#readAhead(consumer, this.#progress, records, life);
      else this.#work(consumer, records, 0, life);
    });
  }

  /** Hands all of them on, and polls for more. */
  #readAhead(
    consumer: Consumer<Posting>,
    progress: Progress,
    records: readonly Polled[],
    life: number,
  ): void {
    for (const record of records) {
      const done = progress.began(record);
      const next = (): void => {
        done();
        this.#commitProgress(consumer, progress, life);
      };
      if (record.value === null) next();
      else this.#hand({ consumer, record, life, next }, record.value);
    }
    this.#poll(consumer, life);
  }

  /** One commit at a time: what is done meanwhile is in the next. */
  #commitProgress(consumer: Consumer<Posting>, progress: Progress, life: number): void {
    if (this.#committing || life !== this.#life) return;
    const offsets = progress.take(consumer.assignment);
    if (offsets.length === 0) return;
    this.#committing = true;
    consumer.commit(() => {
      if (life !== this.#life) return;
      this.#committing = false;
      this.#commitProgress(consumer, progress, life);
    }, offsets);
  }

  #work(consumer: Consumer<Posting>, records: readonly Polled[], at: number, life: number): void {
    if (life !== this.#life) return;
    const record = records[at];
    if (!record) {
      if (this.#commits === 'batch' && records.length > 0)
        consumer.commit(() => this.#poll(consumer, life), behind(records));
      else this.#poll(consumer, life);
      return;
    }
    const next = (): void => this.#work(consumer, records, at + 1, life);
    const { value } = record;
    const turn: Turn = { consumer, record, life, next };
    if (value === null) next();
    else if (this.#commits === 'before') consumer.commit(() => this.#hand(turn, value), behind([record]));
    else this.#hand(turn, value);
  }

  get #commits(): 'after' | 'before' | 'batch' | null {
    return commitsOf(this.#listener);
  }

  #hand(turn: Turn, posting: Posting): void {
    const { consumer, record, life } = turn;
    if (life !== this.#life) return;
    const { journal, system } = this.#bridge;
    const { consumer: name, group, member } = this.#listener;
    const { envelope } = posting;
    const key = `${record.topic}-${record.partition}@${record.offset}`;
    const attempt = (this.#attempts.get(key) ?? 0) + 1;
    this.#attempts.set(key, attempt);
    const channel: Name = journal.channel(record.topic);
    const subject = envelope.thing?.recorded;
    const times = this.#bridge.handed(group, posting);
    const again = times > 1;
    const detail = again ? 'redelivered' : 'first';
    const delivery = system.log.note(
      'delivery',
      name,
      subject,
      posting.record,
      posting.record,
      envelope.id,
      detail,
      channel,
    );
    const hand: InHand = { posting, consumer: name, record: delivery, cause: delivery };
    journal.delivered(group, member.text, record, record.offset, hand);
    this.#writer?.begin(delivery);
    let open = true;
    this.#listener.take({
      envelope,
      channel,
      attempt,
      redelivered: again,
      variant: again ? mix(envelope.variant, 3_000 + times) : envelope.variant, // another try, other luck
      record: delivery,
      ...(this.#progress && { gone: () => !isAssigned(consumer, record) }),
      settle: (outcome, cause) => {
        if (!open || life !== this.#life) return;
        open = false;
        hand.cause = cause;
        this.#settle(turn, hand, outcome, key);
      },
    });
  }

  #settle(turn: Turn, hand: InHand, outcome: Outcome, key: string): void {
    const { consumer, record, next } = turn;
    const { group, settings } = this.#listener;
    const { journal } = this.#bridge;
    if (!outcome.ok && this.#commits !== 'before') {
      const { reason } = outcome.failure;
      const hopeless = !(settings.requeue ?? !isRefusal(outcome.failure));
      if (!hopeless && settings.deadLetter === null) {
        if (this.#progress) this.#handAgain(turn, hand, reason);
        else if (this.#writer) this.#abort(this.#writer, turn, hand, reason);
        else this.#again(turn, hand, reason);
        return;
      }
      if (this.#writer) {
        this.#giveUpWhole(this.#writer, turn, hand, reason);
        return;
      }
      journal.accounts.gaveUp(record.topic, group, record.partition, record.offset);
      this.#giveUp(record, hand, reason);
    }
    this.#attempts.delete(key);
    if (this.#writer) this.#commitWhole(this.#writer, turn, hand);
    else if (this.#commits === 'after' && !this.#progress) consumer.commit(next, behind([record]));
    else next();
  }

  /** Commits what the record led to, together with its offset. */
  #commitWhole(writer: Transactional, turn: Turn, hand: InHand): void {
    const { consumer, record, life, next } = turn;
    writer.commit(consumer, behind([record]), hand.cause, (error) => {
      if (life !== this.#life) return;
      if (error === null) next();
      else this.#abort(writer, turn, hand, error);
    });
  }

  /** Takes back what the record led to; that it was given up, and its offset, are a transaction of their own. */
  #giveUpWhole(writer: Transactional, turn: Turn, hand: InHand, reason: string): void {
    writer.abort(hand.cause, (error) => {
      if (turn.life !== this.#life || error !== null) return;
      hand.givenUp = true;
      writer.begin(hand.record);
      this.#giveUp(turn.record, hand, reason, writer);
      this.#commitWhole(writer, turn, hand);
    });
  }

  /** Takes back what the record led to, and goes back to it. A producer that was fenced has ended with an exception. */
  #abort(writer: Transactional, turn: Turn, hand: InHand, reason: string): void {
    writer.abort(hand.cause, (error) => {
      if (turn.life === this.#life && error === null) this.#again(turn, hand, reason);
    });
  }

  /** Goes back to the record, after a while: those behind it wait, which keeps their order. */
  #again({ consumer, record, life }: Turn, hand: InHand, reason: string): void {
    this.#noteAgain(record, hand, reason);
    if (consumer.position(record) !== null) consumer.seek(record, record.offset);
    this.#later(() => this.#poll(consumer, life));
  }

  /** Hands the record out again, after a while: others go on. */
  #handAgain(turn: Turn, hand: InHand, reason: string): void {
    this.#noteAgain(turn.record, hand, reason);
    this.#later(() => {
      if (isAssigned(turn.consumer, turn.record)) this.#hand(turn, hand.posting);
    });
  }

  #noteAgain({ topic }: Polled, { posting, cause, record }: InHand, reason: string): void {
    const { journal, system } = this.#bridge;
    const { thing, id } = posting.envelope;
    system.log.note('requeue', journal.channel(topic), thing?.recorded, cause, record, id, reason);
  }

  #later(act: () => void): void {
    this.#bridge.system.sim.after(PAUSE, () => this.#listener.whenRunning(act));
  }

  /** Tells that a record is given up, and puts it where such records go: within a transaction if that is in Kafka, too. */
  #giveUp(
    { topic }: Polled,
    { posting, record: span, cause }: InHand,
    reason: string,
    writer: Transactional | null = null,
  ): void {
    const { journal, product, system } = this.#bridge;
    const { deadLetter: target } = this.#listener.settings;
    const { envelope } = posting;
    const peer = target === null ? undefined : journal.name(target);
    const subject = envelope.thing?.recorded;
    const place = journal.channel(topic);
    const dead = system.log.note('deadLetter', place, subject, cause, span, envelope.id, reason, peer);
    if (target === null) return;
    const moved = { ...envelope, channel: target };
    if (writer && productOf(target) === product) this.#bridge.write(writer, moved, dead);
    else system.brokers.of(target).append(moved, dead);
  }
}

const isAssigned = (consumer: Consumer<Posting>, { topic, partition }: Polled): boolean =>
  consumer.assignment.some((each) => each.topic === topic && each.partition === partition);

/** Offsets behind some records, one for each partition. */
function behind(records: readonly Polled[]) {
  const last = new Map<string, OffsetEntry>();
  for (const { topic, partition, offset, leaderEpoch } of records)
    last.set(`${topic}-${partition}`, { topic, partition, offset: offset + 1, leaderEpoch });
  return [...last.values()];
}
