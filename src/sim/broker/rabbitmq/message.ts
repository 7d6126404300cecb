import type { Micros } from '../../kernel/time.ts';

/** A value of a header or an argument. */
export type Field =
  | null
  | boolean
  | number
  | string
  | readonly Field[]
  | { readonly [name: string]: Field | undefined };

/** Headers of a message, or arguments of a declaration. */
export type Table = Readonly<Record<string, Field | undefined>>;

/** Why a message left its queue for the dead-letter exchange. */
export type Reason = 'rejected' | 'expired' | 'maxlen' | 'delivery_limit';

/** An entry of `x-death`: how often a message died in one queue for one reason. */
export interface Death {
  readonly queue: string;
  readonly reason: string;
  readonly count: number;
  /** Where it had been published when it died there first. */
  readonly exchange: string;
  readonly routingKeys: readonly string[];
  readonly originalExpiration: string | null;
  readonly time: Micros;
}

/** The `x-first-death-*` or `x-last-death-*` headers. */
export interface DeathMark {
  readonly queue: string;
  readonly reason: string;
  readonly exchange: string;
}

/** A message as it is routed; all queues that hold it share it. */
export interface Message {
  /** The publisher's own; the broker never looks into it. */
  readonly body: unknown;
  /** Bytes of the body. */
  readonly size: number;
  readonly exchange: string;
  /** The routing key, then those of the headers `CC` and `BCC`. */
  readonly routingKeys: readonly [string, ...string[]];
  /** Without those that tell of deaths. */
  readonly headers: Table | null;
  /** 0 to 255. */
  readonly priority: number | null;
  /** Milliseconds, in digits. */
  readonly expiration: string | null;
  readonly persistent: boolean;
  /** `x-death`, in its order. */
  readonly deaths: readonly Death[];
  readonly firstDeath: DeathMark | null;
  readonly lastDeath: DeathMark | null;
}

/** One queue's copy of a message. */
export class Entry {
  readonly message: Message;
  /** Its number in the order of arrival at the queue. */
  order: number;
  /** When it arrived. */
  readonly since: Micros;
  /** From then on it is dropped once it is first in line. */
  readonly expiry: Micros;
  /** The priority level it waits in. */
  readonly level: number;
  /** It has been delivered before. */
  redelivered = false;
  /** How many deliveries failed; counted by quorum queues. */
  failures = 0;
  /** How often it has been handed out. */
  acquired = 0;

  constructor(message: Message, order: number, since: Micros, expiry: Micros, level: number) {
    this.message = message;
    this.order = order;
    this.since = since;
    this.expiry = expiry;
    this.level = level;
  }
}
