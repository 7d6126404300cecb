import type { Written } from './contracts/contracts.ts';
import type { Value } from './expression/value.ts';
import type { Micros } from './kernel/time.ts';

/** Whether what was asked for was done: certainly not, perhaps, or an answer came and says. */
export type Sent = 'never' | 'maybe' | 'yes';

/** A simulated thing that went wrong. One vocabulary of reasons serves retries, breakers, sagas and checks. */
export interface Failure {
  /** Envoy's word where it has one, else ours: see `RETRY_CONDITIONS`; or a business reason in capitals. */
  readonly reason: string;
  /** As HTTP would say it. */
  readonly status: number;
  readonly sent: Sent;
  /** How long the answer asks the caller to wait before it comes again, as `Retry-After` does; 0: it does not say. */
  readonly retryAfter: Micros;
}

/** The part of an HTTP answer that is for those who pass it on. */
export interface Head {
  readonly cacheControl: string | null;
  /** Length of its body; null: as short as most. */
  readonly bytes: number | null;
  /** 304: the caller has it already, and nothing but the head is sent. */
  readonly notModified: boolean;
  /** 200 where it does not say. */
  readonly status?: number | undefined;
  /** How long it asks to wait before asking again, as `Retry-After` does; undefined: it does not say. */
  readonly retryAfter?: Micros | undefined;
  /** The contract that it was written by, where there is one. */
  readonly written?: Written | undefined;
}

export interface Success {
  readonly ok: true;
  readonly value: Value;
  /** A fallback or a stale cache stands in for a part of it. */
  readonly degraded: boolean;
  readonly failure?: undefined;
  /** What an HTTP answer says of itself; undefined: nothing. */
  readonly head?: Head | undefined;
}

export interface Failed {
  readonly ok: false;
  readonly failure: Failure;
  /** What the refusal says, beside its reason. */
  readonly value?: undefined;
  readonly degraded?: undefined;
}

export type Outcome = Success | Failed;

/** Done, with nothing to say. */
export const DONE: Success = { ok: true, value: null, degraded: false };

export const success = (value: Value, degraded = false, head?: Head): Success => ({
  ok: true,
  value,
  degraded,
  head,
});

export const failed = (
  reason: string,
  status: number,
  sent: Sent = 'yes',
  retryAfter: Micros = 0,
): Failed => ({
  ok: false,
  failure: { reason, status, sent, retryAfter },
});

/** The caller stopped waiting; what it asked for may have been done. */
export const TIMEOUT = failed('timeout', 504, 'maybe');
/** The connection died under the call. */
export const RESET = failed('reset', 503, 'maybe');
/** Nobody listens there. */
export const REFUSED = failed('connect-failure', 503, 'never');
/** The callee takes no more, and has not begun with it (GOAWAY, REFUSED_STREAM). */
export const UNPROCESSED = failed('refused-stream', 503, 'never');
/** The callee had no room. */
export const SHED = failed('503', 503, 'never');
/** A propagated deadline has passed. */
export const DEADLINE = failed('timeout', 504, 'maybe');

/** A refusal by the business rules: asking again gives the same answer. */
export const isRefusal = ({ status }: Failure): boolean => status >= 400 && status < 500 && status !== 429;

/** Whether a failure meets one of the words of `retryOn`. */
export function meets({ reason, status }: Failure, conditions: readonly string[]): boolean {
  for (const condition of conditions) {
    if (condition === reason || condition === String(status)) return true;
    if (condition === '5xx' && status >= 500) return true;
    if (condition === 'gateway-error' && status >= 502 && status <= 504) return true;
    if (condition === 'refused-stream' && reason === '503') return true;
  }
  return false;
}
