import type { Written } from '../contracts/contracts.ts';
import type { Thing } from '../entities.ts';
import type { Value } from '../expression/value.ts';
import type { Body } from '../flow/request.ts';
import type { Micros } from '../kernel/time.ts';

import type { ReplyAddress } from './request-reply.ts';

/** A message, as its publisher made it. */
export interface Envelope {
  /** The same on every copy and redelivery. */
  readonly id: number;
  readonly channel: string;
  readonly type: string | null;
  readonly key: string | null;
  readonly body: Body;
  readonly headers: Readonly<Record<string, Value>>;
  readonly thing: Thing | undefined;
  readonly variant: number;
  readonly createdAt: Micros;
  /** Bytes. */
  readonly size: number;
  /** The contract that it was written by, where there is one. */
  readonly written?: Written | undefined;
  /** How long it may wait, if a broker knows of that. */
  readonly expiration: Micros | null;
  /** How urgent it is, if a broker knows of that. */
  readonly priority: number | null;
  /** By what a broker can tell that it has been sent before, if it knows of that. */
  readonly deduplicationId: string | null;
  /** How long it stays hidden at first, in seconds; null: as the queue has it. */
  readonly delaySeconds: number | null;
  /** Where an answer is waited for; null: nowhere. */
  readonly replyTo: ReplyAddress | null;
}
