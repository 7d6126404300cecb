import { sourcesOf } from '../../sim/broker/channels.ts';
import type { Columns } from '../../sim/kernel/record.ts';
import { KIND } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';
import { Level } from './level.ts';
import { groupsReading } from './readers.ts';

/** What lay in a queue or a topic, from the first record of a run to the last. */
export interface ChannelHistory {
  /** `rabbitmq/labels`. */
  readonly channel: string;
  /** Messages that nobody has yet; of a topic, for each group that reads it those it was not handed. */
  readonly ready: Level;
  /** Messages in somebody's hands. */
  readonly unacked: Level;
  /** Deliveries so far of what had been delivered before. */
  readonly redelivered: Level;
}

const histories = new WeakMap<Run, ReadonlyMap<string, ChannelHistory>>();

/** The histories of all queues and topics of a run, by channel; read off its record once. */
export function channelHistories(run: Run): ReadonlyMap<string, ChannelHistory> {
  const known = histories.get(run);
  if (known) return known;
  const made = read(run);
  histories.set(run, made);
  return made;
}

/** A channel by the name of a place in a record: `kafka/orders` of the partition `kafka/orders[2]`. */
export const channelOf = (place: string): string => place.replace(/\[\d+\]$/, '');

/** What becomes of one channel's messages, event by event. */
interface Ledger extends ChannelHistory {
  take(columns: Columns, record: number): void;
}

function read(run: Run): ReadonlyMap<string, ChannelHistory> {
  const { record, world } = run;
  const redelivered = record.names.find('redelivered');
  const keptOut = record.names.find('drop');
  const ledgers = new Map<string, Ledger>(
    sourcesOf(world).map((channel) => [
      channel,
      channel.startsWith('kafka/')
        ? new TopicLedger(channel, redelivered, keptOut, Math.max(1, groupsReading(world, channel).length))
        : new QueueLedger(channel, redelivered, keptOut),
    ]),
  );
  const byName = new Map<number, Ledger | undefined>();
  const at = (name: number): Ledger | undefined => {
    if (name < 0) return undefined;
    if (!byName.has(name)) byName.set(name, ledgers.get(channelOf(record.names.text(name))));
    return byName.get(name);
  };
  const columns = record.columns();
  const { kind, place, peer } = columns;
  for (let i = 0; i < kind.length; i++) {
    // Who gets, settles or appends is the place of these, and the channel its peer.
    const other = kind[i] === KIND.delivery || kind[i] === KIND.ack || kind[i] === KIND.publish;
    at((other ? peer : place)[i] as number)?.take(columns, i);
  }
  return ledgers;
}

/** A queue of a broker or of a cloud service: a message is in it once, and goes back into it. */
class QueueLedger implements Ledger {
  readonly channel: string;
  readonly ready = new Level();
  readonly unacked = new Level();
  readonly redelivered = new Level();
  /** Copies of each message that are in somebody's hands: what comes back without having been there changes nothing. */
  readonly #hands = new Map<number, number>();
  readonly #again: number;
  readonly #keptOut: number;

  constructor(channel: string, again: number, keptOut: number) {
    this.channel = channel;
    this.#again = again;
    this.#keptOut = keptOut;
  }

  take({ kind, value, detail }: Columns, record: number): void {
    const message = value[record] as number;
    switch (kind[record]) {
      case KIND.enqueued:
      case KIND.strayed:
        this.ready.add(record, 1);
        break;
      case KIND.delivery:
        if (detail[record] === this.#again) this.redelivered.add(record, 1);
        this.ready.add(record, -1);
        this.unacked.add(record, 1);
        this.#hands.set(message, (this.#hands.get(message) ?? 0) + 1);
        break;
      case KIND.ack:
      case KIND.redriven:
      case KIND.putOff:
      case KIND.deadLetter:
        this.#settled(record, message, false);
        break;
      case KIND.requeue:
        this.#settled(record, message, true);
        break;
      case KIND.queueDeleted:
        this.ready.set(record, 0);
        break;
      case KIND.dropped:
        // A message that was lost in a queue is in it no more; one that a fault kept out of it never was.
        if (detail[record] !== this.#keptOut) this.ready.add(record, -1);
        break;
    }
  }

  #settled(record: number, message: number, requeued: boolean): void {
    const held = this.#hands.get(message) ?? 0;
    if (held > 0) {
      this.#hands.set(message, held - 1);
      this.unacked.add(record, -1);
      if (requeued) this.ready.add(record, 1);
    } else if (!requeued) this.ready.add(record, -1);
  }
}

/** A topic of a log: its records stay, and each group goes through them on its own. */
class TopicLedger implements Ledger {
  readonly channel: string;
  readonly ready = new Level();
  readonly unacked = new Level();
  readonly redelivered = new Level();
  readonly #again: number;
  readonly #keptOut: number;
  readonly #groups: number;
  /** By consumer and message: in its hands, or to be polled by it again. */
  readonly #state = new Map<string, 'in hand' | 'back'>();

  constructor(channel: string, again: number, keptOut: number, groups: number) {
    this.channel = channel;
    this.#again = again;
    this.#keptOut = keptOut;
    this.#groups = groups;
  }

  take({ kind, place, span, value, detail }: Columns, record: number): void {
    const key = (consumer: number) => `${consumer} ${value[record]}`;
    switch (kind[record]) {
      case KIND.publish:
        this.ready.add(record, this.#groups);
        break;
      case KIND.delivery: {
        const again = detail[record] === this.#again;
        const known = this.#state.get(key(place[record] as number));
        if (again) this.redelivered.add(record, 1);
        // What a crash gave to somebody else was never put back.
        if (known === 'back' || !again) this.ready.add(record, -1);
        if (known !== 'in hand') this.unacked.add(record, 1);
        this.#state.set(key(place[record] as number), 'in hand');
        break;
      }
      case KIND.ack:
        this.#out(record, key(place[record] as number));
        break;
      case KIND.deadLetter:
      case KIND.requeue: {
        const delivery = span[record] as number;
        if (delivery < 0) break;
        const consumer = key(place[delivery] as number);
        if (this.#out(record, consumer) && kind[record] === KIND.requeue) {
          this.ready.add(record, 1);
          this.#state.set(consumer, 'back');
        }
        break;
      }
      case KIND.dropped:
        // Truncated, or too old while it was still to come; what a fault made a broker forget never was in the log.
        if (detail[record] !== this.#keptOut) this.ready.add(record, -1);
        break;
    }
  }

  #out(record: number, key: string): boolean {
    if (this.#state.get(key) !== 'in hand') return false;
    this.#state.delete(key);
    this.unacked.add(record, -1);
    return true;
  }
}
