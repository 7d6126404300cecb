import type { Received } from '../../broker/message-broker.ts';
import { DONE, type Outcome } from '../../outcome.ts';
import type { Name } from '../../recorder.ts';
import type { System } from '../../system.ts';

/** Takes messages on behalf of a consumer, holds some, and hands them on when their time has come. */
export interface Keeper {
  take(message: Received): void;
  /** Its process has died, as a record tells: what it had in memory is gone. */
  lost(cause: number): void;
  /** It wants no more: what it was trusted with goes on as it is. */
  close(): void;
}

/** Hands a message on to the operation. */
export type Next = (message: Received) => void;

/** What keepers need of their consumer. */
export interface Holder {
  readonly system: System;
  readonly consumer: Name;
  /** Messages are acknowledged when they come, and in memory only from then on. */
  readonly volatile: boolean;
}

/** A message that is held, or on its way to the operation. */
export interface Held {
  readonly message: Received;
  /** The record of its being held. */
  readonly record: number;
  /** It has been acknowledged: nobody else has it. */
  readonly sole: boolean;
}

/** Puts a message aside; what is kept in memory is done with as far as its broker is concerned. */
export function hold({ system, consumer, volatile }: Holder, message: Received, detail: string): Held {
  const { envelope, record: delivery } = message;
  const subject = envelope.thing?.recorded;
  const record = system.log.note('held', consumer, subject, delivery, delivery, envelope.id, detail);
  if (volatile) message.settle(DONE, record);
  return { message, record, sole: volatile };
}

/** Tells that a held message is gone, if nobody else has it. */
export function forget({ system, consumer }: Holder, held: Held, cause: number, why: string): void {
  const { envelope } = held.message;
  if (!held.sole) return;
  system.log.note('forgotten', consumer, envelope.thing?.recorded, cause, held.record, envelope.id, why);
}

/** What became of a message that was handed on: its broker is told, unless it has forgotten it. */
export function settle(holder: Holder, held: Held, outcome: Outcome, cause: number): void {
  if (!held.sole) held.message.settle(outcome, cause);
  else if (!outcome.ok) forget(holder, held, cause, outcome.failure.reason);
}
