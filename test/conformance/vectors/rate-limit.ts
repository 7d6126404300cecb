import { ms } from '../../../src/sim/kernel/time.ts';
import { FixedWindow } from '../../../src/sim/limits/fixed-window.ts';
import { Gcra } from '../../../src/sim/limits/gcra.ts';
import type { Limit } from '../../../src/sim/limits/limit.ts';
import { SlidingWindow } from '../../../src/sim/limits/sliding-window.ts';
import { SteppedBucket } from '../../../src/sim/limits/stepped-bucket.ts';
import { TokenBucket } from '../../../src/sim/limits/token-bucket.ts';
import { parseDuration } from '../../../src/sim/world/quantities.ts';
import type { Checked } from '../vectors.ts';

interface Step {
  readonly tMs: number;
  readonly allowed: boolean;
  readonly retryAfterMs?: number;
  readonly tokensAfter?: number;
  readonly tatAfter?: number;
  readonly estimateBefore?: number;
}

interface Case<Settings> {
  readonly settings: Settings;
  readonly steps: readonly Step[];
}

/** What each algorithm decides, request by request, for one key. */
interface Document {
  readonly tokenBucketContinuous: {
    readonly capacity: number;
    readonly refillPerSecond: number;
    readonly steps: readonly Step[];
  };
  readonly tokenBucketEnvoyLocal: Case<{
    readonly max_tokens: number;
    readonly tokens_per_fill: number;
    readonly fill_interval: string;
  }>;
  readonly gcra: Case<{ readonly T: number; readonly tau: number }>;
  readonly slidingWindowCounter: Case<{ readonly limit: number; readonly windowMs: number }>;
  readonly fixedWindow: Case<{ readonly limit: number; readonly windowMs: number }>;
}

/** Asks a limit at each step, and for what the file tells of its state before and after. */
function follow<L extends Limit>(
  name: string,
  limit: L,
  steps: readonly Step[],
  state: (limit: L, now: number) => Partial<Step>,
): Checked[] {
  return steps.map((step, number) => {
    const now = ms(step.tMs);
    const before = state(limit, now).estimateBefore;
    const { allowed, retryAfter } = limit.ask(now);
    const known: Record<string, unknown> = {
      tMs: step.tMs,
      allowed,
      retryAfterMs: retryAfter / 1_000,
      ...state(limit, now),
      estimateBefore: before,
    };
    const got = Object.fromEntries(Object.keys(step).map((key) => [key, known[key]]));
    return { name: `${name}, request ${number + 1} at ${step.tMs} ms`, expected: step, got };
  });
}

export function rateLimit(document: unknown): readonly Checked[] {
  const file = document as Document; // a file of our own
  const { capacity, refillPerSecond } = file.tokenBucketContinuous;
  const envoy = file.tokenBucketEnvoyLocal.settings;
  const fill_interval = parseDuration(envoy.fill_interval) ?? 0;
  const { T, tau } = file.gcra.settings;
  const sliding = file.slidingWindowCounter.settings;
  const fixed = file.fixedWindow.settings;
  return [
    ...follow(
      'token bucket',
      new TokenBucket(capacity, 1_000_000 / refillPerSecond),
      file.tokenBucketContinuous.steps,
      (bucket, now) => ({ tokensAfter: bucket.tokens(now) }),
    ),
    ...follow(
      'Envoy’s bucket',
      new SteppedBucket({ ...envoy, fill_interval }),
      file.tokenBucketEnvoyLocal.steps,
      (bucket, now) => ({ tokensAfter: bucket.remaining(now) }),
    ),
    ...follow('GCRA', new Gcra(ms(T), ms(tau)), file.gcra.steps, ({ due }) => ({ tatAfter: due / 1_000 })),
    ...follow(
      'sliding window',
      new SlidingWindow(sliding.limit, ms(sliding.windowMs)),
      file.slidingWindowCounter.steps,
      (window, now) => ({ estimateBefore: window.estimate(now) }),
    ),
    ...follow(
      'fixed window',
      new FixedWindow(fixed.limit, ms(fixed.windowMs)),
      file.fixedWindow.steps,
      () => ({}),
    ),
  ];
}
