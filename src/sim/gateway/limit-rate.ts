import { FixedWindow } from '../limits/fixed-window.ts';
import { Gcra } from '../limits/gcra.ts';
import { rateLimitField, retryAfterSeconds } from '../limits/headers.ts';
import type { Limit } from '../limits/limit.ts';
import { SlidingLog } from '../limits/sliding-log.ts';
import { SlidingWindow } from '../limits/sliding-window.ts';
import { TokenBucket } from '../limits/token-bucket.ts';
import { failed } from '../outcome.ts';
import { type Credentials, consumerOf, userOf } from '../security/token.ts';
import type { Quota, RateLimit } from '../world/schema/gateway.ts';
import type { Counters } from './counters.ts';
import type { Refusal, Stage, Visit } from './stage.ts';

interface Allowance {
  readonly rate: number;
  readonly burst: number | null;
}

/** A counter of `burst` at once, then `rate` for each second. A window is as long as its burst takes to come back. */
function makeLimit(algorithm: RateLimit['algorithm'], { rate, burst }: Allowance): Limit {
  const interval = Math.max(1, Math.round(1_000_000 / rate));
  const most = burst ?? Math.max(1, Math.round(rate));
  switch (algorithm) {
    case 'token-bucket':
      return new TokenBucket(most, interval);
    case 'gcra':
      return new Gcra(interval, (most - 1) * interval);
    case 'fixed-window':
      return new FixedWindow(most, most * interval);
    case 'sliding-window':
      return new SlidingWindow(most, most * interval);
    case 'sliding-log':
      return new SlidingLog(most, most * interval);
  }
}

function counted(per: RateLimit['per'], credentials: Credentials): string {
  if (per === 'all') return 'everybody';
  return per === 'user' ? userOf(credentials) : consumerOf(credentials);
}

/** Hears what a limit has left for whoever it has just counted. */
type Meter = (limit: string, left: number) => void;

/** Refuses what a limit does not let through, and tells when to come back. */
function hold(
  name: string,
  who: string,
  limit: Limit,
  { now }: Visit,
  settings: RateLimit | null,
  meter: Meter,
): Refusal | null {
  const { allowed, retryAfter } = limit.ask(now);
  meter(`${name} ${who}`, limit.remaining(now));
  if (allowed) return null;
  const status = settings?.status ?? 429;
  const wait = settings?.['retry-after'] ?? retryAfter;
  const seconds = retryAfterSeconds(wait);
  return {
    // The header has whole seconds, so that is what a client can obey.
    outcome: failed(String(status), status, 'yes', seconds * 1_000_000),
    why: `the limit of ${who}; Retry-After: ${seconds}; RateLimit: ${rateLimitField(name, limit, now)}`,
  };
}

/** So many requests for each consumer and second: the others are answered 429, with `Retry-After` and `RateLimit`. */
export function limitRate(name: string, settings: RateLimit, counters: Counters, meter: Meter): Stage {
  const { per, rate, burst, clients, algorithm } = settings;
  const id = `${name} ${JSON.stringify(settings)}`;
  return (visit) => {
    const who = counted(per, visit.request.credentials);
    const own = Object.hasOwn(clients, who) ? clients[who] : undefined;
    const allowance = own ?? (rate === null ? undefined : { rate, burst });
    if (!allowance) return null;
    const limit = counters.of(`${id} ${who}`, () => makeLimit(algorithm, allowance));
    return hold(name, who, limit, visit, settings, meter);
  };
}

/** So many requests for each consumer and window on the clock. */
export function limitQuota(name: string, settings: Quota, counters: Counters, meter: Meter): Stage {
  const { per, limit: quota, window, clients } = settings;
  const id = `${name} quota ${JSON.stringify(settings)}`;
  return (visit) => {
    const who = counted(per, visit.request.credentials);
    const most = Object.hasOwn(clients, who) ? (clients[who] ?? quota) : quota;
    const limit = counters.of(`${id} ${who}`, () => new FixedWindow(most, window));
    return hold(name, who, limit, visit, null, meter);
  };
}
