import type { Level } from '../../../scenarios/channels/level.ts';
import type { Micros } from '../../../sim/kernel/time.ts';
import { KIND, type Kind } from '../../../sim/kinds.ts';
import type { Run } from '../../../sim/run.ts';
import { shortTime } from './health.ts';
import type { NodeHistory } from './nodes.ts';
import { Tally } from './tally.ts';

/** One figure over time, as an operator's dashboard would draw it. */
export interface Metric {
  readonly name: string;
  /** Which way is worse; a figure that only counts work has none. */
  readonly worse: 'more' | 'less' | null;
  /** Its value over a stretch of time that ends after a record; null where there is none. */
  value(from: Micros, to: Micros, record: number): number | null;
  format(value: number): string;
}

/** A number as short as it can be said: `0.4`, `12`, `1.2k`. */
export function shortNumber(value: number): string {
  if (value >= 9_950) return `${Math.round(value / 1000)}k`;
  if (value >= 1_000) return `${(value / 1000).toFixed(1)}k`;
  return value < 9.95 && !Number.isInteger(value) ? value.toFixed(1) : String(Math.round(value));
}

const perSecond = (tally: Tally, from: Micros, to: Micros) =>
  to <= from ? null : (tally.count(from, to) * 1_000_000) / (to - from);

/** The figures of a run: what clients got, how long it took, what waits, and what is done over and over. */
export function metricsOf(run: Run, histories: readonly NodeHistory[]): Metric[] {
  const clients = histories.filter(({ node }) => node.kind === 'client');
  const queues = histories.filter(({ node }) => node.kind === 'queue');
  const services = histories.filter(({ node }) => node.kind !== 'client' && node.kind !== 'queue');
  const ended = mergedTallies(run);
  const rate = (name: string, tally: Tally, worse: Metric['worse']): Metric => ({
    name,
    worse,
    value: (from, to) => perSecond(tally, from, to),
    format: shortNumber,
  });
  const sum = (name: string, all: readonly NodeHistory[], level: (of: NodeHistory) => Level): Metric => ({
    name,
    worse: 'more',
    value: (_from, _to, record) =>
      all.reduce((total, each) => total + Math.max(0, level(each).at(record)), 0),
    format: shortNumber,
  });
  const metrics: Metric[] = [
    rate('success/s', ended.ok, 'less'),
    rate('failed/s', ended.failed, 'more'),
    {
      name: 'p99',
      worse: 'more',
      value: (from, to) => ended.times.quantile(0.99, from, to),
      format: shortTime,
    },
    sum('in flight', clients, ({ working }) => working),
    rate('calls/s', ended.calls, null),
  ];
  if (ended.retries.size > 0) metrics.push(rate('retries/s', ended.retries, 'more'));
  metrics.push(sum('waiting', services, ({ waiting }) => waiting));
  for (const queue of queues)
    metrics.push(sum(`${queue.node.label} depth`, [queue], ({ waiting }) => waiting));
  if (ended.wasted.size > 0) metrics.push(rate('wasted/s', ended.wasted, 'more'));
  return metrics;
}

function mergedTallies({ record }: Run) {
  const tallies = {
    ok: new Tally(),
    failed: new Tally(),
    times: new Tally(),
    calls: new Tally(),
    retries: new Tally(),
    wasted: new Tally(),
  };
  const of = new Map<number, readonly (keyof typeof tallies)[]>(
    (
      [
        ['intentOk', ['ok', 'times']],
        ['intentFailed', ['failed', 'times']],
        ['call', ['calls']],
        ['retry', ['retries']],
        ['lateReply', ['wasted']],
      ] as const satisfies readonly (readonly [Kind, readonly (keyof typeof tallies)[]])[]
    ).map(([kind, names]) => [KIND[kind], names]),
  );
  const { time, kind, value } = record.columns();
  for (let i = 0; i < kind.length; i++) {
    for (const name of of.get(kind[i] as number) ?? [])
      tallies[name].add(time[i] as number, value[i] as number);
  }
  return tallies;
}
