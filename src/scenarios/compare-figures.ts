import { createHash } from 'node:crypto';
import { KIND } from '../sim/kinds.ts';
import type { Run } from '../sim/run.ts';
import type { SeedResult } from './grade-seed.ts';
import { GOOD, OPEN, samplesOf } from './judge/samples.ts';
import { RunView } from './judge/view.ts';
import { type MeasureUnit, unitOf } from './measure-unit.ts';
import { occupancy, quantile } from './statistics.ts';

/** Which way is better; null where the figure alone does not tell. */
export type Good = 'more' | 'less' | null;

/** One number about a run. */
export interface Figure {
  readonly value: number;
  readonly unit: MeasureUnit;
  readonly good: Good;
}

/** The figures of a run, by name. */
export type Figures = Readonly<Record<string, Figure>>;

/** Names of measures of which more is better; of the others less is, unless they only count what happened. */
const MORE_IS_BETTER = /^(success|rate|share)/;
const NEUTRAL = /^(facts|count|orders)\b/;

function goodOf(name: string): Good {
  if (NEUTRAL.test(name)) return null;
  return MORE_IS_BETTER.test(name) ? 'more' : 'less';
}

/** What a design costs in points: each thing it uses, by the world's own weights. */
function costOf({ usage, world: { cost } }: Run): number {
  return (
    usage.replicas * cost.replica +
    usage.services * cost.service +
    usage.connections * cost.connection +
    usage.messages * cost.message +
    usage.calls * cost.call +
    usage.rows * cost.row +
    usage.parts * cost.part
  );
}

/** What a comparison holds side by side: what the checks measured, what each client met, and what it cost. */
export function figuresOf(run: Run, result: SeedResult): Figures {
  const figures: Record<string, Figure> = {};
  for (const { id, measures } of result.checks) {
    for (const [name, value] of Object.entries(measures)) {
      figures[`${id} ${name}`] = { value, unit: unitOf(name), good: goodOf(name) };
    }
  }
  const view = new RunView(run);
  for (const [client, { intruder }] of Object.entries(run.world.clients)) {
    const samples = samplesOf(view, client);
    if (!samples) continue;
    const ended = [...samples.outcome.keys()].filter((i) => samples.outcome[i] !== OPEN);
    const good = ended.filter((i) => samples.outcome[i] === GOOD);
    const stay = (i: number) => ({ from: samples.began[i] as number, to: samples.ended[i] as number });
    const times = Float64Array.from(good, (i) => stay(i).to - stay(i).from).sort();
    const p99 = quantile(times, 0.99);
    if (ended.length > 0) {
      const better = intruder ? 'less' : 'more';
      figures[`${client} success`] = { value: (100 * good.length) / ended.length, unit: '%', good: better };
    }
    if (intruder) continue;
    if (p99 !== null) figures[`${client} p99`] = { value: p99, unit: 'µs', good: 'less' };
    const { area } = occupancy([...samples.outcome.keys()].map(stay));
    if (run.until > 0)
      figures[`${client} waiting`] = { value: area / run.until, unit: 'count', good: 'less' };
  }
  figures['calls'] = { value: run.usage.calls, unit: 'count', good: 'less' };
  figures['messages'] = { value: run.usage.messages, unit: 'count', good: 'less' };
  figures['cost'] = { value: costOf(run), unit: 'points', good: 'less' };
  return figures;
}

/** What came from outside: who wanted what, when, and what was to break. */
export interface Luck {
  readonly hash: string;
  /** One line for each input, in the order of time; the chaos documents first. */
  readonly keys: readonly string[];
}

/**
 * Everything exogenous in a run. Two designs are comparable only where these are equal.
 *
 * A closed loop's users come back when the store has answered, so their visits belong to the design and are left out.
 */
export function luckOf(run: Run): Luck {
  const { world, record } = run;
  const keys = Object.entries(world.chaos).map(([id, fault]) => `chaos ${id} ${JSON.stringify(fault)}`);
  const { time, kind, place, subject, value } = record.columns();
  const text = (number: number | undefined) =>
    number === undefined || number < 0 ? '' : record.names.text(number);
  for (let i = 0; i < kind.length; i++) {
    if (kind[i] !== KIND.intent) continue;
    const client = text(place[i]);
    const closed = world.clients[client]?.users ?? null;
    if (closed === null) keys.push(`intent ${time[i]} ${client} ${text(subject[i])} ${value[i]}`);
  }
  const hash = createHash('sha256');
  for (const key of keys) hash.update(key).update('\n');
  return { hash: hash.digest('hex').slice(0, 16), keys };
}

/** The first input in which two runs differ, as each had it; undefined where they had the same luck. */
export function firstDifference(a: Luck, b: Luck): { readonly a: string; readonly b: string } | undefined {
  for (let i = 0; i < Math.max(a.keys.length, b.keys.length); i++) {
    if (a.keys[i] !== b.keys[i]) return { a: a.keys[i] ?? 'nothing more', b: b.keys[i] ?? 'nothing more' };
  }
  return undefined;
}
