import { retryBackoff } from '../../../src/sim/broker/kafka/backoff.ts';
import { waitBefore } from '../../../src/sim/calls/backoff.ts';
import { ms } from '../../../src/sim/kernel/time.ts';
import { retriesAllowed, waitBefore as waitOfEnvoy } from '../../../src/sim/mesh/retry.ts';
import { backoff } from '../../../src/sim/world/quantities.ts';
import { retrySettings } from '../../../src/sim/world/schema/calls.ts';
import type { Checked } from '../vectors.ts';

interface Bound {
  readonly retry: number;
  readonly minMs: number;
  readonly maxMs?: number;
  readonly maxExclusiveMs?: number;
}

/** Between which bounds products wait before each retry. */
interface Document {
  readonly policies: readonly { readonly name: string; readonly bounds?: readonly Bound[] }[];
  readonly retryTokens: {
    readonly 'Envoy retry_budget': {
      readonly cases: readonly {
        readonly budget_percent: number;
        readonly min_retry_concurrency: number;
        readonly active: number;
        readonly pending: number;
        readonly maxConcurrentRetries: number;
      }[];
    };
  };
}

/** A wait in µs before a retry, from 1, for a draw from 0 to 1. */
type Wait = (retry: number, draw: number) => number;

const aws = (jitter: 'full' | 'equal'): Wait => {
  const policy = { kind: 'exponential', base: ms(100), max: ms(10_000), jitter } as const;
  return (retry, draw) => waitBefore(retry, policy, draw, ms(100));
};

/** The library's wait with the back-off it has unless told otherwise: resilience4j's. */
const library: Wait = (retry, draw) => waitBefore(retry, retrySettings.parse({}).backoff, draw, 0);

/** Worst case: every draw before this one was the largest. */
function decorrelated(retry: number, draw: number): number {
  const policy = backoff.parse('exponential(100ms max=10s jitter=decorrelated)');
  let waited = 0;
  for (let before = 1; before < retry; before++) waited = waitBefore(before, policy, 1, waited);
  return waitBefore(retry, policy, draw, waited);
}

/** Whose code we have: policies of the file that are not named here are other products'. */
const waits: ReadonlyMap<string, Wait> = new Map([
  [
    'kafka client retry.backoff.ms',
    (retry, draw) => retryBackoff({ 'retry.backoff.ms': 100, 'retry.backoff.max.ms': 1_000 }, retry, draw),
  ],
  ['envoy default', (retry, draw) => waitOfEnvoy(retry, ms(25), draw)],
  ['envoy base 100ms (max defaults to 10x)', (retry, draw) => waitOfEnvoy(retry, ms(100), draw)],
  ['istio retries.backoff 2s', (retry, draw) => waitOfEnvoy(retry, ms(2_000), draw)],
  ['resilience4j default', library],
  ['decorrelated jitter base 100 cap 10000 (worst case growth)', decorrelated],
  ['full jitter base 100 cap 10000', aws('full')],
  ['equal jitter base 100 cap 10000', aws('equal')],
]);

/** The largest draw that there is. */
const LAST = 1 - 1 / 0x20_0000_0000_0000;

/** Both ends of what a draw can make of a wait, in whole ms. */
function reached(wait: Wait, { retry, maxMs }: Bound): Partial<Bound> {
  const minMs = Math.round(wait(retry, 0) / 1_000);
  const most = Math.round(wait(retry, LAST) / 1_000);
  return maxMs === undefined ? { retry, minMs, maxExclusiveMs: most } : { retry, minMs, maxMs: most };
}

export function retryBackoffs(document: unknown): readonly Checked[] {
  const { policies, retryTokens } = document as Document; // a file of our own
  const budgets = retryTokens['Envoy retry_budget'].cases.map((each): Checked => {
    const budget = { percent: each.budget_percent, minRetryConcurrency: each.min_retry_concurrency };
    const inProgress = each.active + each.pending;
    return {
      name: `Envoy retry_budget, ${budget.percent} % of ${inProgress}`,
      expected: each.maxConcurrentRetries,
      got: retriesAllowed({ budget, maxRetries: 0 }, inProgress),
    };
  });
  const waited = policies.flatMap(({ name, bounds = [] }) => {
    const wait = waits.get(name);
    if (!wait) return [];
    return bounds.map((expected) => ({
      name: `${name}, retry ${expected.retry}`,
      expected,
      got: reached(wait, expected),
    }));
  });
  return [...waited, ...budgets];
}
