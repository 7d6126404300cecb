import type { Micros } from '../../kernel/time.ts';
import type { Clock } from './clock.ts';
import type { Confirm } from './confirm.ts';
import type { BrokerObserver } from './events.ts';
import type { Limiter } from './limiter.ts';
import type { Entry, Message, Reason, Table } from './message.ts';
import type { QueuePolicy, QueueSettings } from './queue-settings.ts';
import type { VersionRules } from './version.ts';

/** A channel, as its queues see it. */
export interface QueueUser {
  /** Its number in the order of opening. */
  readonly number: number;
  readonly limiter: Limiter;
  /** Gives a message to one of its consumers; `acquisition` comes back when it is settled. */
  hand(queue: Queue, entry: Entry, consumer: Subscription, acquisition: object | null): void;
}

/** A request to be given a queue's messages. */
export interface Subscription {
  readonly channel: QueueUser;
  /** Its name on its channel. */
  readonly tag: string;
  /** What is handed over counts as acknowledged. */
  readonly noAck: boolean;
  /** Nobody else may consume. */
  readonly exclusive: boolean;
  /** Higher ones are served first. */
  readonly priority: number;
  /** Messages out at once; 0: no limit. */
  readonly prefetch: number;
  readonly arguments: Table;
}

/** A message that a channel has been given and not settled. */
export interface Unacked {
  /** Its delivery tag. */
  readonly tag: number;
  readonly queue: Queue;
  readonly entry: Entry;
  /** The consumer's tag; null for basic.get. */
  readonly consumer: string | null;
  /** The queue's own note of who has it. */
  readonly acquisition: object | null;
  readonly since: Micros;
}

/** What a client says of messages it was given. */
export type Settlement = 'ack' | 'reject' | 'nack';

/** A message that basic.get fetched. */
export interface Fetched {
  readonly entry: Entry;
  readonly acquisition: object | null;
  /** Messages still waiting. */
  readonly remaining: number;
}

/** What a declaration or a check tells of a queue. */
export interface QueueCount {
  /** Messages waiting, without those that are out. */
  readonly messages: number;
  readonly consumers: number;
}

/** A queue of any type. Settlements name messages of one consumer, in the order of their deliveries. */
export interface Queue {
  readonly settings: QueueSettings;
  /** False once it was deleted: whatever is still asked of it has no effect. */
  readonly alive: boolean;
  /** `confirm` is null where nobody waits for one, `from` where the message was dead-lettered. */
  publish(message: Message, confirm: Confirm | null, from: QueueUser | null): void;
  /** `tag`: the delivery tag it will have. */
  get(from: QueueUser, noAck: boolean, tag: number): Fetched | null;
  consume(subscription: Subscription): void;
  cancel(channel: QueueUser, tag: string): void;
  /** The channel's shared limit has come into force, or gone. */
  limitChanged(channel: QueueUser): void;
  ack(channel: QueueUser, unacked: readonly Unacked[]): void;
  requeue(channel: QueueUser, unacked: readonly Unacked[], how: Settlement): void;
  discard(channel: QueueUser, unacked: readonly Unacked[]): void;
  /** A channel has ended; `unacked` is all it had of this queue. */
  channelEnded(channel: QueueUser, unacked: readonly Unacked[]): void;
  /** Messages waiting. */
  readonly ready: number;
  /** Messages handed out and not settled. */
  readonly out: number;
  /** When the message that is next arrived here; undefined where none waits. */
  readonly oldest: Micros | undefined;
  /** Counts, and proof of use for `x-expires`. */
  count(): QueueCount;
  subscriptions(): readonly Subscription[];
  purge(): number;
  /** Refuses a deletion whose condition does not hold. */
  checkDelete(ifUnused: boolean, ifEmpty: boolean): void;
  /** Deletes it; how many messages were waiting. */
  end(): number;
  /** Takes new values for what a policy may set; messages that wait keep the expiry they came with. */
  govern(policy: QueuePolicy): void;
  /** What a restart of the node leaves of it; consumers and channels are gone by then. */
  restart(): void;
}

/** What queues need of the broker. */
export interface QueueHost {
  readonly clock: Clock;
  readonly rules: VersionRules;
  readonly observer: BrokerObserver;
  /** Does something once the method or timer that runs now is done: as messages between the server's processes. */
  defer(task: () => void): void;
  /** Runs a timer's action, and then what it has deferred. */
  after(delay: Micros, act: () => void): number;
  /** Whether a fault lets a queue confirm this message and forget it. */
  loses(queue: string, message: Message): boolean;
  /** Sends a message to its queue's dead-letter exchange, if there is one. */
  bury(settings: QueueSettings, message: Message, reason: Reason): void;
  /** Deletes a queue that nobody uses any more. */
  remove(queue: Queue): void;
}
