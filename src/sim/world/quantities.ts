import { z } from 'zod';
import { nearest } from '../expression/suggest.ts';
import {
  type DistributionSpec,
  lognormalFromP99,
  paretoFromP99,
  weibullFromP99,
} from '../kernel/distribution.ts';
import type { Micros } from '../kernel/time.ts';

const UNITS: ReadonlyMap<string, number> = new Map([
  ['us', 1],
  ['ms', 1_000],
  ['s', 1_000_000],
  ['m', 60_000_000],
  ['h', 3_600_000_000],
  ['d', 86_400_000_000],
]);

const DURATION = /^(\d+(?:\.\d+)?)(us|ms|s|m|h|d)$/;

/** Longest virtual time that a document may name: a year, far beyond any run. */
const LONGEST: Micros = 366 * 86_400_000_000;

/** Reads `300ms`, `2s`, `5m`, `24h`, `7d` as whole microseconds; undefined where the text is no duration. */
export function parseDuration(text: string): Micros | undefined {
  const match = DURATION.exec(text);
  if (!match) return undefined;
  const micros = Math.round(Number(match[1]) * (UNITS.get(match[2] as string) as number));
  return micros <= LONGEST ? micros : undefined;
}

/** What is probably wrong with a quantity that could not be read. */
function remedy(text: string): string | undefined {
  const trimmed = text.trim();
  if (/^-/.test(trimmed)) return 'it must not be negative';
  if (/\(/.test(trimmed) && !/\)$/.test(trimmed)) return 'the bracket is not closed';
  const unit = /^\d+(?:\.\d+)?\s*(?:\/\s*)?([A-Za-zµ]+)$/.exec(trimmed)?.[1];
  if (/^\d+(?:\.\d+)?\s/.test(trimmed)) return 'write number and unit without a space';
  if (unit !== undefined && !UNITS.has(unit))
    return `\`${unit}\` is no unit; the units are ${[...UNITS.keys()].join(' ')}`;
  const window = /^([^.]+)\.\.(.+)$/.exec(trimmed);
  const [from, to] = [window?.[1], window?.[2]].map((part) =>
    part === undefined ? undefined : parseDuration(part),
  );
  if (from !== undefined && to !== undefined && to <= from) return 'a window ends after it begins';
  const name = /^([a-z]+)\(/.exec(trimmed)?.[1];
  const near = name === undefined ? undefined : nearest(name, DISTRIBUTIONS);
  return near === undefined ? undefined : `write \`${near}(…)\``;
}

const DISTRIBUTIONS = [
  'uniform',
  'exponential',
  'normal',
  'lognormal',
  'pareto',
  'weibull',
  'empirical',
  'fixed',
];

/** Says a schema's expectation in words people write, for messages and for the JSON Schema. */
function written<T>(
  expected: string,
  examples: readonly string[],
  parse: (text: string) => T | undefined,
): z.ZodType<T, string> {
  return z
    .string({ error: `expected ${expected}` })
    .meta({ description: expected, examples: [...examples] })
    .transform((text, context) => {
      const value = parse(text.trim());
      if (value !== undefined) return value;
      context.addIssue({
        code: 'custom',
        message: `\`${text}\` is not ${expected}`,
        params: { fix: remedy(text) },
      });
      return z.NEVER;
    }) as unknown as z.ZodType<T, string>; // the transform's input is the string it was given
}

/** `300ms` `2s` `5m` `24h` `7d`. */
export const duration = written<Micros>(
  'a duration such as 300ms, 2s, 5m, 24h or 7d',
  ['300ms', '2s'],
  parseDuration,
);

/** Events per second: `20/s`, `0.5/m`, `100/h`. */
export const rate = written<number>('a rate such as 20/s, 0.5/m or 100/h', ['20/s'], (text) => {
  const match = /^(\d+(?:\.\d+)?)\/(ms|s|m|h|d)$/.exec(text);
  if (!match) return undefined;
  const perSecond = Number(match[1]) / ((UNITS.get(match[2] as string) as number) / 1_000_000);
  return perSecond <= 1_000_000 ? perSecond : undefined;
});

/** A share in whole parts per million: `2%`, `0.3%`, or a number from 0 to 1. */
export const share: z.ZodType<number, string | number> = z
  .union([z.string(), z.number()], { error: 'expected a share such as 2% or 0.02' })
  .meta({ description: 'a share such as 2% or 0.02', examples: ['2%', 0.02] })
  .transform((given, context) => {
    const match = typeof given === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(given.trim()) : null;
    const ratio = match ? Number(match[1]) / 100 : typeof given === 'number' ? given : Number.NaN;
    if (ratio >= 0 && ratio <= 1) return Math.round(ratio * 1_000_000);
    context.addIssue({
      code: 'custom',
      message: `\`${given}\` is not a share: write 0% to 100%, or a number from 0 to 1`,
    });
    return z.NEVER;
  });

/** Bytes: `64KiB`, `1MiB`, `500B`. */
export const size = written<number>('a size such as 500B, 64KiB or 1MiB', ['64KiB'], (text) => {
  const match = /^(\d+)(B|KiB|MiB|GiB)$/.exec(text);
  if (!match) return undefined;
  const unit = { B: 1, KiB: 1024, MiB: 1_048_576, GiB: 1_073_741_824 }[match[2] as string] as number;
  return Number(match[1]) * unit;
});

const NAMED = /^(p50|p90|p95|p99|p999)=(.+)$/;
const QUANTILES: ReadonlyMap<string, number> = new Map([
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
  ['p999', 0.999],
]);

/** Reads a constant duration or `name(arguments)` as a distribution over microseconds. */
export function parseDistribution(text: string): DistributionSpec | undefined {
  const constant = parseDuration(text);
  if (constant !== undefined) return { kind: 'constant', value: constant };
  const call = /^([a-z]+)\((.*)\)$/.exec(text);
  if (!call) return undefined;
  const args = (call[2] as string).split(/[\s,]+/).filter((part) => part !== '');
  const named = new Map<string, Micros>();
  const plain: string[] = [];
  for (const arg of args) {
    const match = NAMED.exec(arg);
    if (!match) plain.push(arg);
    else {
      const value = parseDuration(match[2] as string);
      if (value === undefined) return undefined;
      named.set(match[1] as string, value);
    }
  }
  const first = plain[0] === undefined ? undefined : parseDuration(plain[0]);
  const p99 = named.get('p99');
  const number = plain[1] === undefined ? Number.NaN : Number(plain[1]);

  switch (call[1]) {
    case 'exponential':
      return first !== undefined && first > 0 && plain.length === 1
        ? { kind: 'exponential', mean: first }
        : undefined;
    case 'uniform': {
      const high = plain[1] === undefined ? undefined : parseDuration(plain[1]);
      return first !== undefined && high !== undefined && high >= first
        ? { kind: 'uniform', low: first, high }
        : undefined;
    }
    case 'normal': {
      const deviation = plain[1] === undefined ? undefined : parseDuration(plain[1]);
      return first !== undefined && deviation !== undefined
        ? { kind: 'normal', mean: first, deviation }
        : undefined;
    }
    case 'lognormal':
      if (first === undefined || first <= 0) return undefined;
      if (p99 !== undefined) return p99 > first ? lognormalFromP99(first, p99) : undefined;
      return number >= 0 && number <= 5 ? { kind: 'lognormal', median: first, sigma: number } : undefined;
    case 'pareto':
      if (first === undefined || first <= 0) return undefined;
      if (p99 !== undefined) return p99 > first ? paretoFromP99(first, p99) : undefined;
      return number > 0 ? { kind: 'pareto', scale: first, shape: number } : undefined;
    case 'weibull':
      if (first === undefined || first <= 0) return undefined;
      if (p99 !== undefined) return p99 > first ? weibullFromP99(first, p99) : undefined;
      return number > 0 ? { kind: 'weibull', scale: first, shape: number } : undefined;
    case 'empirical': {
      const points = [...named]
        .map(([name, value]) => [QUANTILES.get(name) as number, value] as const)
        .sort((a, b) => a[0] - b[0]);
      const rising = points.every(
        ([, value], i) => i === 0 || value >= (points[i - 1] as readonly [number, number])[1],
      );
      return points.length >= 2 && plain.length === 0 && rising ? { kind: 'empirical', points } : undefined;
    }
    default:
      return undefined;
  }
}

/** A time that is drawn anew for each request: `60ms`, `lognormal(60ms p99=180ms)`, `exponential(5s)`, … */
export const distribution = written<DistributionSpec>(
  'a duration or a distribution such as 60ms, lognormal(60ms p99=180ms), lognormal(60ms 0.3), exponential(5s) or uniform(0s 15s)',
  ['60ms', 'lognormal(60ms p99=180ms)', 'exponential(5s)'],
  parseDistribution,
);

/** How long a retry waits: `base` for a fixed wait, doubling up to `max` for an exponential one. */
export interface Backoff {
  readonly kind: 'fixed' | 'exponential';
  readonly base: Micros;
  readonly max: Micros;
  readonly jitter: 'none' | 'full' | 'equal' | 'decorrelated';
}

const JITTERS = ['none', 'full', 'equal', 'decorrelated'] as const;

/** Reads `fixed(100ms jitter=full)` or `exponential(100ms max=2s jitter=full)`. */
export function parseBackoff(text: string): Backoff | undefined {
  const call = /^(fixed|exponential)\((.*)\)$/.exec(text);
  if (!call) return undefined;
  const [first, ...rest] = (call[2] as string).split(/[\s,]+/).filter((part) => part !== '');
  const base = first === undefined ? undefined : parseDuration(first);
  if (base === undefined) return undefined;
  let max: Micros | undefined = 3_600_000_000;
  let jitter: Backoff['jitter'] | undefined = 'none';
  for (const part of rest) {
    const [name, value] = part.split('=');
    if (name === 'max') max = parseDuration(value ?? '');
    else if (name === 'jitter') jitter = JITTERS.find((known) => known === value);
    else return undefined;
  }
  if (max === undefined || jitter === undefined) return undefined;
  return { kind: call[1] as Backoff['kind'], base, max, jitter };
}

/** `fixed(100ms jitter=full)` or `exponential(100ms max=2s jitter=full)`. */
export const backoff = written<Backoff>(
  'a back-off such as fixed(100ms), exponential(100ms max=2s jitter=full); jitter is none, full, equal or decorrelated',
  ['exponential(100ms max=2s jitter=full)'],
  parseBackoff,
);

/** A stretch of virtual time, or the name of the fault whose stretch it borrows. */
export type Window = { readonly from: Micros; readonly to: Micros } | { readonly fault: string };

/** `60s..90s`, `90s..` (to the end of the run) or a fault's id. */
export const timeWindow = written<Window>(
  'a window such as 60s..90s, 90s.. or the id of a fault',
  ['60s..90s', '90s..'],
  (text) => {
    const match = /^([^.]+(?:\.\d+[a-z]+)?)\.\.(.*)$/.exec(text);
    if (match) {
      const from = parseDuration(match[1] as string);
      const to = match[2] === '' ? LONGEST : parseDuration(match[2] as string);
      return from !== undefined && to !== undefined && to > from ? { from, to } : undefined;
    }
    return /^[a-z][A-Za-z0-9-]*$/.test(text) ? { fault: text } : undefined;
  },
);

/** An id in an id map: a lower-case letter, then letters, digits and dashes. JavaScript would sort ids that look like integers. */
export const ID = /^[a-z][A-Za-z0-9-]*$/;
