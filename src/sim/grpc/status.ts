import { areFlags } from '../mesh/response-flags.ts';
import { type Failed, failed, type Outcome } from '../outcome.ts';

/** The codes that a call can end with, as gRPC names them, and HTTP's nearest to each. */
const STATUS_CODES: Readonly<Record<string, number>> = {
  CANCELLED: 499,
  UNKNOWN: 500,
  INVALID_ARGUMENT: 400,
  DEADLINE_EXCEEDED: 504,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  PERMISSION_DENIED: 403,
  RESOURCE_EXHAUSTED: 429,
  FAILED_PRECONDITION: 400,
  ABORTED: 409,
  OUT_OF_RANGE: 400,
  UNIMPLEMENTED: 501,
  INTERNAL: 500,
  UNAVAILABLE: 503,
  DATA_LOSS: 500,
  UNAUTHENTICATED: 401,
};

/** What a service means by a status of its own. An error that a handler did not foresee is UNKNOWN. */
const OWN: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  412: 'FAILED_PRECONDITION',
  413: 'RESOURCE_EXHAUSTED',
  422: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** What a client makes of an answer that came from a proxy and not from a gRPC server (grpc-go, `http_util.go`). */
const FROM_PROXY: Readonly<Record<number, string>> = {
  400: 'INTERNAL',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'UNIMPLEMENTED',
  429: 'UNAVAILABLE',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'UNAVAILABLE',
};

/** What never was an answer. */
const CONNECTION: ReadonlySet<string> = new Set([
  'connect-failure',
  'dns-failure',
  'no-endpoints',
  'reset',
  'refused-stream',
  'tls',
]);

/** A caller has taken its question back, or its own caller has. */
export const CANCELLED = failed('CANCELLED', STATUS_CODES['CANCELLED'] as number, 'maybe');

/** An outcome as a gRPC client sees it. A reason of the business's own (`SOLD_OUT`) stays: it travels as the status's message. */
export function withStatus(outcome: Outcome): Outcome {
  if (outcome.ok) return outcome;
  const { reason, status, sent, retryAfter } = outcome.failure;
  if (/^[A-Z][A-Z0-9_]*$/.test(reason) && !areFlags(reason)) return outcome;
  const code = codeOf(outcome);
  return failed(code, STATUS_CODES[code] ?? status, sent, retryAfter);
}

function codeOf({ failure: { reason, status } }: Failed): string {
  if (reason === 'timeout') return 'DEADLINE_EXCEEDED';
  if (CONNECTION.has(reason)) return 'UNAVAILABLE';
  return (areFlags(reason) ? FROM_PROXY : OWN)[status] ?? 'UNKNOWN';
}
