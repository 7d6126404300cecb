import type { Destination } from '../calls/send.ts';
import type { Host } from '../flow/host.ts';
import type { Micros } from '../kernel/time.ts';
import type { End } from '../net/network.ts';
import type { Outcome } from '../outcome.ts';
import type { Name } from '../recorder.ts';
import type { QueueReport } from '../run.ts';
import type { Consumer } from '../world/schema/service.ts';
import type { World } from '../world/schema/world.ts';
import type { Envelope } from './envelope.ts';

/** A message in a consumer's hands. */
export interface Received {
  readonly envelope: Envelope;
  /** The queue, topic or partition that it was taken from. */
  readonly channel: Name;
  /** From 1: how often it has been handed to a consumer. */
  readonly attempt: number;
  readonly redelivered: boolean;
  /** The luck that handling it meets. */
  readonly variant: number;
  /** The record of its delivery, which is its span. */
  readonly record: number;
  /** Whether somebody else has it by now: who has not begun with it need not. */
  gone?(): boolean;
  /** Says, once, what became of it. */
  settle(outcome: Outcome, cause: number): void;
}

/** One replica's consumer, as a broker's client library serves it. */
export interface Listener {
  /** `shipping.orders`. */
  readonly consumer: Name;
  /** The replica. */
  readonly member: Name;
  /** Whose messages these are: the service's name unless the consumer says otherwise. */
  readonly group: string;
  readonly channels: readonly string[];
  readonly settings: Consumer;
  readonly end: End;
  /** Whether its process lives. */
  readonly up: boolean;
  /** Whether its process stands still. */
  readonly still: boolean;
  /** Does something in its process: now or, while that stands still, when it goes on. */
  whenRunning(action: () => void): void;
  take(message: Received): void;
}

/** A listener's connection to a broker. */
export interface Attachment {
  /** Its process has died, as a record tells; `silently`: with its machine, so that its connection does not break. */
  lost(cause: number, silently: boolean): void;
  /** Its process is back. */
  restored(): void;
  /** Its process stands still, as a record tells: nothing is heard of it. */
  silent?(cause: number): void;
  /** Its replica is taken away: it takes nothing new, and finishes what it has. */
  retire?(): void;
  /** It wants no more: it leaves in good order. */
  close(): void;
}

/** What a listener has of several channels, as one. */
export function attachedTo(parts: readonly Attachment[]): Attachment {
  return {
    lost: (cause, silently) => {
      for (const part of parts) part.lost(cause, silently);
    },
    restored: () => {
      for (const part of parts) part.restored();
    },
    silent: (cause) => {
      for (const part of parts) part.silent?.(cause);
    },
    retire: () => {
      for (const part of parts) part.retire?.();
    },
    close: () => {
      for (const part of parts) part.close();
    },
  };
}

/** What a fault does to a message at the broker: further copies after some time each, or none at all. */
interface ChannelEffect {
  readonly copies: readonly Micros[];
  readonly drop: boolean;
  /** The record of the fault, where it struck. */
  readonly cause: number;
}

export type DiskSlowdown = (key: number, variant: number, time: Micros) => number;

export type ChannelInterceptor = (envelope: Envelope, cause: number) => ChannelEffect | null;

/** A broker of one product, and its client libraries, as services use it. Channels are named with the product. */
export interface MessageBroker {
  /** `rabbitmq`. */
  readonly product: string;
  /** Takes the settings of another world; what lies in the broker stays. */
  apply(world: World): void;
  /** The way in for one message of a publisher; `appended` is told once, when the broker has it. */
  destination(host: Host, envelope: Envelope, appended: (record: number) => void): Destination;
  /** Puts a message where it belongs, without a network: returns the record of it. */
  append(envelope: Envelope, cause: number): number;
  attach(listener: Listener): Attachment;
  /** Lets a fault have its way with all that is published to a channel, or arrives in a queue. */
  intercept(channel: string, interceptor: ChannelInterceptor): void;
  /** A node, or all of it, dies; it comes back after `downFor`, if at all. */
  crash(node: number | null, cause: number, downFor: Micros | null): void;
  /** Lets a fault stretch the time that its disks take: told what it is for one message, it says what it is then. */
  stretch(slowdown: DiskSlowdown): void;
  /** Puts what lies in a source back to where it came from; how many messages that were. */
  redrive(source: string, cause: number): number;
  /** From arrival to the confirm, for one message. */
  confirmTime(key: number, variant: number): Micros;
  reports(): Iterable<QueueReport>;
  /** A publisher's process has died, with what its client library had not sent yet. */
  hostLost?(host: Host): void;
}

/** The part of a channel's name after its product. */
export const nameIn = (channel: string): string => channel.slice(channel.indexOf('/') + 1);

/** The product that a channel belongs to. */
export const productOf = (channel: string): string => channel.slice(0, channel.indexOf('/'));
