import type { Request } from '../flow/request.ts';
import type { Micros } from '../kernel/time.ts';
import { type Failed, failed } from '../outcome.ts';

/** A request at the door. */
export interface Visit {
  readonly request: Request;
  readonly now: Micros;
  /** The wall clock of the replica. */
  readonly clock: Micros;
  /** Requests that the replica has already: waiting or in progress. */
  readonly inside: number;
}

/** Why a request may not come in: what it is answered, and in words for the record. */
export interface Refusal {
  readonly outcome: Failed;
  readonly why: string;
  /** The record that led to it; absent: nothing but the request. */
  readonly cause?: number | undefined;
  /** It would be let in if the wall clock were right. */
  readonly misled?: boolean;
}

/** One of the things that stand before an operation. It lets a request through, or ends its way here. */
export type Stage = (visit: Visit) => Refusal | null;

/** RFC 9110: 401 to whom is not known, 403 to whom is known and may not. */
export const unauthenticated = (why: string): Refusal => ({
  outcome: failed('unauthenticated', 401),
  why,
});

export const forbidden = (why: string): Refusal => ({ outcome: failed('authz', 403), why });
