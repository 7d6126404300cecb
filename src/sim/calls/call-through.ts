import type { Thing } from '../entities.ts';
import type { Value } from '../expression/value.ts';
import type { Formula } from '../flow/formula.ts';
import type { Frame } from '../flow/frame.ts';
import type { Body, Request } from '../flow/request.ts';
import { SLOT } from '../flow/slots.ts';
import { Cancellation } from '../grpc/cancellation.ts';
import { CANCELLED, withStatus } from '../grpc/status.ts';
import { mix } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import { type Micros, NEVER } from '../kernel/time.ts';
import { type Failed, failed, isRefusal, meets, type Outcome, success, TIMEOUT } from '../outcome.ts';
import type { Name } from '../recorder.ts';
import type { Signature } from '../security/signature.ts';
import type { Credentials } from '../security/token.ts';
import type { Grant } from '../security/wallet.ts';
import type { RetrySettings } from '../world/schema/calls.ts';
import { waitBefore } from './backoff.ts';
import type { CallClient } from './clients.ts';
import { type Answer, Exchange } from './exchange.ts';
import { hashed, wantsText } from './persisted-query.ts';
import { type Reading, Responses } from './read-responses.ts';
import { type Destination, send } from './send.ts';

/** One logical call, before the client library multiplies it. */
export interface Call {
  /** The step that calls. */
  readonly place: Name;
  /** `payment.charge`. */
  readonly callee: Name;
  readonly destination: Destination;
  readonly client: CallClient;
  readonly body: Body;
  readonly thing: Thing | undefined;
  readonly key: Formula | null;
  /** Bodies of calls that became this one. */
  readonly batch?: readonly Body[];
  /** What is done with a response that comes in many messages; absent: it comes in one. */
  readonly reading?: Reading | undefined;
}

const OPEN = failed('open', 503, 'never');
const FULL = failed('full', 503, 'never');
const LIMITED = failed('429', 429, 'never');
const DISABLED = failed('disabled', 503, 'never');

/**
 * A call through the client library, nested as resilience4j nests it:
 * fallback(retry(circuit breaker(rate limiter(timeout(bulkhead(call)))))).
 */
export function* callThrough(frame: Frame, call: Call): Process<Outcome> {
  const { client, place, callee } = call;
  const { settings } = client;
  const { log } = frame.system;
  const end = settings.deadline === null ? NEVER : frame.now + settings.deadline;
  client.budget?.earn();

  let asked = settings.persistedQueries ? hashed(call, 'instead') : call;
  let outcome: Outcome;
  let waited: Micros = 0;
  for (let attempt = 1; ; attempt++) {
    frame.slots[SLOT.attempt] = attempt;
    const key = call.key ? text(call.key.value(frame, attempt)) : null;
    outcome = yield* attemptOnce(frame, asked, attempt, key, end);
    if (asked !== call && wantsText(outcome)) {
      asked = hashed(call, 'beside');
      const again = frame.retried(mix(frame.variant, 4_000 + attempt));
      outcome = yield* attemptOnce(again, asked, attempt, key, end);
      frame.cause = again.cause;
    }
    const { retry } = settings;
    if (outcome.ok) {
      client.throttle?.report(true);
      break;
    }
    const { reason } = outcome.failure;
    if (client.throttle && retry && meets(outcome.failure, retry.retryOn)) client.throttle.report(false);
    if (!retry || attempt >= retry.maxAttempts || !worthRetrying(outcome, retry, key)) break;
    if (call.reading?.begun) break;
    if ((client.throttle && !client.throttle.allows) || (client.budget && !client.budget.spend())) {
      frame.cause = log.note('retryDenied', place, frame.subject, frame.cause, frame.span, 0, reason, callee);
      break;
    }
    const u = frame.system.luck.stream(`${place.text}.backoff`).uniform(frame.key, frame.variant, attempt);
    waited = waitBefore(attempt, retry.backoff, u, waited);
    if (retry.respectRetryAfter) waited = Math.max(waited, outcome.failure.retryAfter);
    if (frame.now + waited >= Math.min(end, frame.request.deadline)) break;
    frame.cause = log.note('retry', place, frame.subject, frame.cause, frame.span, waited, reason, callee);
    yield frame.system.sim.sleep(waited);
  }
  frame.slots[SLOT.attempt] = frame.request.attempt;
  if (outcome.ok || settings.fallback === undefined) return outcome;
  frame.cause = log.note(
    'fallback',
    place,
    frame.subject,
    frame.cause,
    frame.span,
    0,
    outcome.failure.reason,
  );
  return success(settings.fallback as Value, true);
}

function text(value: Value): string | null {
  return value === null ? null : String(value);
}

function worthRetrying(outcome: Outcome, retry: RetrySettings, key: string | null): boolean {
  if (outcome.ok || (retry.only === 'keyed' && key === null)) return false;
  return !isRefusal(outcome.failure) && meets(outcome.failure, retry.retryOn);
}

/** One attempt, with everything but retry and fallback around it. */
function* attemptOnce(
  frame: Frame,
  call: Call,
  attempt: number,
  key: string | null,
  end: Micros,
): Process<Outcome> {
  const { client, place, callee } = call;
  const { breaker, limiter, bulkhead, settings } = client;
  const { log } = frame.system;

  function reject(outcome: Outcome, reason: string): Outcome {
    frame.cause = log.note('rejected', place, frame.subject, frame.cause, frame.span, 0, reason, callee);
    return outcome;
  }

  if (client.disabled) return reject(DISABLED, 'disabled');
  if (breaker && !breaker.allows()) return reject(OPEN, 'open');
  let reported = false;
  try {
    if (limiter && !(yield* limiter.permit())) return reject(LIMITED, 'rate-limited');
    const asked = Math.min(end, settings.timeout === null ? NEVER : frame.now + settings.timeout);
    // Over gRPC a call has no more time than the one that it is made for.
    const expires = settings.via === 'grpc' ? Math.min(asked, frame.request.deadline) : asked;
    if (bulkhead && !bulkhead.tryAcquire()) {
      const patience = Math.min(settings.bulkhead?.maxWaitDuration ?? 0, expires - frame.now);
      if (patience <= 0 || !(yield* bulkhead.acquireUpTo(patience))) return reject(FULL, 'full');
    }
    let outcome: Outcome;
    try {
      outcome = yield* exchangeOnce(frame, call, attempt, key, expires);
    } finally {
      bulkhead?.release();
    }
    const good = outcome.ok || isRefusal(outcome.failure);
    breaker?.report(good);
    reported = true;
    client.failures = good ? 0 : client.failures + 1;
    if (settings.disableAfter !== null && client.failures >= settings.disableAfter) client.disabled = true;
    return outcome;
  } finally {
    if (!reported) breaker?.cancel();
  }
}

/** Sends the request and waits for its answer as long as the caller will. */
function* exchangeOnce(
  frame: Frame,
  call: Call,
  attempt: number,
  key: string | null,
  expires: Micros,
): Process<Outcome> {
  const { place, callee, destination, client, body, thing } = call;
  const { system } = frame;
  const { log, sim } = system;
  const { settings } = client;
  const { token: mode } = settings;
  const credentials =
    mode === 'forward' || mode === 'none' ? carried(frame, mode) : yield* obtained(frame, mode, callee);
  if ('failure' in credentials) {
    frame.cause = log.note('rejected', place, frame.subject, frame.cause, frame.span, 0, 'no-token', callee);
    return credentials;
  }
  const signed = settings.sign
    ? { ...credentials, signature: signature(frame, place, attempt) }
    : credentials;
  // First tries keep their caller's variant, so that a design without retries meets the same luck.
  const variant = attempt === 1 ? frame.variant : mix(frame.variant, 1_000 + attempt);
  const grpc = settings.via === 'grpc';
  const deadline = settings.propagateDeadline || grpc ? Math.min(expires, frame.request.deadline) : NEVER;
  const responses = call.reading ? new Responses(frame, call.reading, place, callee) : null;
  const request: Request = {
    body,
    thing,
    variant,
    attempt,
    idempotencyKey: key,
    deadline,
    message: null,
    credentials: signed,
    ifNoneMatch: frame.ifNoneMatch,
    batch: call.batch ?? null,
    rides: false,
    cancellation: grpc ? new Cancellation() : null,
    reader: responses?.reader ?? null,
    stream: null,
  };

  const record = log.note(
    'call',
    place,
    frame.subject,
    frame.cause,
    frame.span,
    attempt,
    key ?? undefined,
    callee,
  );
  frame.cause = record;
  system.counted.calls++;
  const exchange = new Exchange(sim, callee, record, frame.now, expires);
  send(frame, place, callee, destination, request, exchange, record);

  let answer: Answer | undefined;
  let alive = false;
  const detach = frame.request.cancellation?.listen((why) =>
    exchange.takeBack({ outcome: why === 'deadline exceeded' ? TIMEOUT : CANCELLED, cause: record }),
  );
  const reading = responses && frame.host.scope.spawn(responses.read(exchange));
  try {
    answer = settings.hedge
      ? yield* hedged(frame, call, request, exchange)
      : yield* wait(exchange, expires - frame.now);
    if (responses && answer) answer = yield* responses.conclude(answer, expires - frame.now);
    alive = true;
  } finally {
    detach?.();
    reading?.kill();
    responses?.close(alive);
    exchange.close(alive);
  }
  const took = frame.now - exchange.sentAt;
  const told = answer?.outcome ?? TIMEOUT;
  const outcome = grpc ? withStatus(told) : told;
  const cause = answer?.cause ?? record;
  if (outcome.ok) {
    frame.cause = log.note(
      'callOk',
      place,
      frame.subject,
      cause,
      record,
      took,
      outcome.degraded ? 'degraded' : undefined,
      callee,
    );
  } else {
    frame.cause = log.note(
      'callFailed',
      place,
      frame.subject,
      cause,
      record,
      took,
      outcome.failure.reason,
      callee,
    );
  }
  return outcome;
}

/** What goes on with a call of what came with the request: the user's token, and whose API key it was; never the key. */
function carried({ host, request: { credentials } }: Frame, mode: 'forward' | 'none'): Credentials {
  const { identity } = host;
  if (mode === 'none') return identity;
  if (credentials.caller === identity.caller) return credentials; // a client's own
  const { token, apiKey } = credentials;
  const consumer = apiKey ?? credentials.consumer;
  return token === null && consumer === null ? identity : { ...identity, token, consumer };
}

/** Made anew for each try, so that a repeat is told from a replay. */
function signature({ host, key, variant, now }: Frame, place: Name, attempt: number): Signature {
  return { by: host.identity.caller, at: now, nonce: [place.text, key, variant, attempt, now].join(' ') };
}

/** A token that is asked for first; the authorization server itself needs none. */
function* obtained(frame: Frame, grant: Grant, callee: Name): Process<Credentials | Failed> {
  const { identity } = frame.host;
  const service = callee.text.slice(0, callee.text.search(/[./]/));
  if (service === frame.system.issuer.name) return identity;
  const token = yield* frame.host.obtain(frame, grant, service);
  return 'failure' in token ? token : { ...identity, token };
}

function wait(exchange: Exchange, patience: Micros): Process<Answer | undefined> {
  return patience === NEVER ? exchange.answered.wait() : exchange.answered.waitUpTo(patience);
}

/** Sends further copies of a slow call; the first good answer counts. */
function* hedged(
  frame: Frame,
  call: Call,
  request: Request,
  exchange: Exchange,
): Process<Answer | undefined> {
  const { hedge } = call.client.settings;
  const { log } = frame.system;
  for (let copy = 1; hedge && copy <= hedge.max; copy++) {
    const patience = Math.min(hedge.after, exchange.expires - frame.now);
    const early = yield* exchange.answered.waitUpTo(patience);
    if (early || frame.now >= exchange.expires) return early;
    exchange.copies++;
    const record = log.note(
      'hedge',
      call.place,
      frame.subject,
      exchange.call,
      frame.span,
      copy,
      undefined,
      call.callee,
    );
    const again: Request = { ...request, variant: mix(request.variant, 2_000 + copy) };
    send(frame, call.place, call.callee, call.destination, again, exchange, record);
  }
  return yield* wait(exchange, exchange.expires - frame.now);
}
