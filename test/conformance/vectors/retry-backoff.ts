import { retryBackoff } from '../../../src/sim/broker/kafka/backoff.ts';
import { waitBefore } from '../../../src/sim/calls/backoff.ts';
import { ms } from '../../../src/sim/kernel/time.ts';
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
}

/** A wait in µs before a retry, from 1, for a draw from 0 to 1. */
type Wait = (retry: number, draw: number) => number;

const aws = (jitter: 'full' | 'equal'): Wait => {
  const policy = { kind: 'exponential', base: ms(100), max: ms(10_000), jitter } as const;
  return (retry, draw) => waitBefore(retry, policy, draw, ms(100));
};

/** Whose code we have: policies of the file that are not named here are other products'. */
const waits: ReadonlyMap<string, Wait> = new Map([
  [
    'kafka client retry.backoff.ms',
    (retry, draw) => retryBackoff({ 'retry.backoff.ms': 100, 'retry.backoff.max.ms': 1_000 }, retry, draw),
  ],
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
  const { policies } = document as Document; // a file of our own
  return policies.flatMap(({ name, bounds = [] }) => {
    const wait = waits.get(name);
    if (!wait) return [];
    return bounds.map((expected) => ({
      name: `${name}, retry ${expected.retry}`,
      expected,
      got: reached(wait, expected),
    }));
  });
}
