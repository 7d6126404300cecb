import { formatMicros, type Micros } from '../../sim/kernel/time.ts';
import type { CommonSettings, Judgement } from './checks/check.ts';
import { percentile, rankOf } from './percentile.ts';
import { BAD, GOOD, OPEN, type Samples, samplesOf } from './samples.ts';
import type { Finding } from './verdict.ts';
import type { RunView } from './view.ts';
import { type Scope, scopeOf } from './windows.ts';
import { counted, decimal, moment, percent, share } from './words.ts';

export interface SloSettings extends CommonSettings {
  readonly slo: string;
  /** Parts per million. */
  readonly success: number | null;
  readonly p50: Micros | null;
  readonly p90: Micros | null;
  readonly p95: Micros | null;
  readonly p99: Micros | null;
  /** Per second. */
  readonly rate: number | null;
  readonly per: Micros | null;
}

const PERCENTILES = [50, 90, 95, 99] as const;
/** Records that a finding names at most. */
const WITNESSES = 20;
const SECOND = 1_000_000;
const MILLION = 1_000_000;
const PPM_PER_CENT = 10_000;

/** What ended in one window, and how. */
interface Window {
  readonly from: Micros;
  readonly to: Micros;
  /** How much of it the check looks at. */
  readonly covered: Micros;
  readonly samples: number[];
}

/** One promise, as it turned out in one window. */
interface Measured {
  readonly goal: string;
  readonly got: string;
  /** Per cent, microseconds, or per second; undefined where nothing ended well that could be timed. */
  readonly value: number | undefined;
  readonly broken: boolean;
  /** How far from the goal, to find the worst window: the larger, the worse. */
  readonly badness: number;
  /** Samples that speak against it. */
  readonly witnesses: readonly number[];
  /** How many of them the goal forgives. */
  readonly forgiven: number;
}

/** Holds what was wanted at a place against what was promised. A sample belongs to the window in which it began. */
export function* judgeSlo(view: RunView, settings: SloSettings): Judgement {
  const scope = scopeOf(view.run, settings.during, settings.outside);
  const need = needOf(settings, scope);
  const samples = samplesOf(view, settings.slo);
  if (!samples) return { need, got: `this world has no ${settings.slo}`, doubt: 'vacuous' };

  const windows = windowsOf(view, settings, scope, samples);
  const used = windows.filter((window) => window.samples.length > 0 || settings.rate !== null);
  const all = windows.reduce((sum, window) => sum + window.samples.length, 0);
  if (scope.idleFault !== undefined)
    return { need, got: `the fault ${scope.idleFault} never struck`, doubt: 'vacuous' };
  if (all === 0) return { need, got: `no ${samples.noun} in the time looked at`, doubt: 'vacuous' };

  const worst = new Map<string, { measured: Measured; window: Window; broken: number }>();
  for (const window of used) {
    for (const measured of measure(settings, samples, window)) {
      const known = worst.get(measured.goal);
      const broken = (known?.broken ?? 0) + (measured.broken ? 1 : 0);
      if (!known || measured.badness > known.measured.badness) {
        worst.set(measured.goal, { measured, window, broken });
      } else worst.set(measured.goal, { ...known, broken });
      if (measured.broken) yield findingOf(view, settings, samples, window, measured);
    }
  }
  if (worst.size === 0) {
    return { need, got: `the run ended before any of ${counted(all, samples.noun)} did`, doubt: 'unknown' };
  }
  const results = [...worst.values()].map(({ measured, window, broken }) =>
    settings.per === null || used.length < 2
      ? measured.got
      : `${measured.got} (worst window ${moment(window.from)}..${moment(window.to)}${broken > 0 ? `, ${broken} of ${used.length} broke it` : ''})`,
  );
  const measures: Record<string, number> = {};
  for (const [goal, { measured }] of worst) {
    if (measured.value !== undefined) measures[goal] = measured.value;
  }
  const got = `${results.join(', ')}, of ${counted(all, samples.noun)}${remarks(samples, windows)}`;
  return { need, got, measures };
}

/** What the figures leave out, or count as good although a fallback stood in. */
function remarks(samples: Samples, windows: readonly Window[]): string {
  let open = 0;
  for (const window of windows)
    for (const sample of window.samples) if (samples.outcome[sample] === OPEN) open++;
  const parts = [];
  if (open > 0) parts.push(`${open} still open and not counted`);
  if (samples.degraded > 0) parts.push(`${samples.degraded} with a fallback`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function windowsOf(view: RunView, { per }: SloSettings, scope: Scope, samples: Samples): Window[] {
  const { stopped, world } = view.run;
  const from = world.run.warmup;
  const length = per ?? Math.max(1, stopped - from);
  const windows: Window[] = [];
  for (let begin = from; begin < stopped || begin === from; begin += length) {
    const to = Math.min(begin + length, stopped);
    windows.push({ from: begin, to, covered: scope.covered(begin, to), samples: [] });
  }
  for (let sample = 0; sample < samples.length; sample++) {
    const began = samples.began[sample]!;
    if (!scope.contains(began)) continue;
    const index = Math.min(windows.length - 1, Math.floor((began - from) / length));
    windows[index]!.samples.push(sample);
  }
  // A few samples at the edge of what is looked at would make a window of their own.
  return per === null ? windows : windows.filter((window) => window.covered * 2 >= length);
}

/** How each goal turned out in a window; a goal of which nothing can be said is left out. */
function measure(settings: SloSettings, samples: Samples, window: Window): Measured[] {
  const good = window.samples.filter((sample) => samples.outcome[sample] === GOOD);
  const bad = window.samples.filter((sample) => samples.outcome[sample] === BAD);
  return [
    ...measureSuccess(settings, good, bad),
    ...measureTimes(settings, samples, good, bad),
    ...measureRate(settings, window, good, bad),
  ];
}

function* measureSuccess({ success }: SloSettings, good: number[], bad: number[]): Generator<Measured> {
  const ended = good.length + bad.length;
  if (success === null || ended === 0) return;
  const had = share(good.length, ended);
  yield {
    goal: 'success',
    got: `${percent(had)} success`,
    value: had / PPM_PER_CENT,
    broken: good.length * MILLION < success * ended,
    badness: -had,
    witnesses: bad,
    forgiven: Math.floor(((MILLION - success) * ended) / MILLION),
  };
}

function* measureTimes(
  settings: SloSettings,
  samples: Samples,
  good: number[],
  bad: number[],
): Generator<Measured> {
  const took = (sample: number) => samples.ended[sample]! - samples.began[sample]!;
  const times = Float64Array.from(good, took).sort();
  for (const rank of PERCENTILES) {
    const goal = `p${rank}` as const;
    const limit = settings[goal];
    if (limit === null) continue;
    const had = percentile(times, rank);
    if (had !== undefined) {
      yield {
        goal,
        got: `${formatMicros(had)} at ${goal}`,
        value: had,
        broken: had > limit,
        badness: had,
        witnesses: had > limit ? good.filter((sample) => took(sample) > limit) : [],
        forgiven: good.length - rankOf(good.length, rank),
      };
    } else if (bad.length > 0) {
      // Where nobody was served, nobody was served in time.
      const got = `no good end for ${goal}`;
      const badness = Number.POSITIVE_INFINITY;
      yield { goal, got, value: undefined, broken: true, badness, witnesses: bad, forgiven: 0 };
    }
  }
}

function* measureRate(
  { rate }: SloSettings,
  { covered }: Window,
  good: number[],
  bad: number[],
): Generator<Measured> {
  if (rate === null || covered === 0) return;
  const had = (good.length * SECOND) / covered;
  yield {
    goal: 'rate',
    got: `${decimal(had)}/s`,
    value: had,
    broken: had < rate,
    badness: -had,
    witnesses: bad,
    forgiven: bad.length,
  };
}

/** The finding ends with the sample that broke the goal: the first that it could not forgive. */
function findingOf(
  view: RunView,
  { slo, per }: SloSettings,
  samples: Samples,
  window: Window,
  { got, witnesses, forgiven }: Measured,
): Finding {
  const when = per === null ? '' : ` from ${moment(window.from)} to ${moment(window.to)}`;
  const inOrder = witnesses.toSorted((a, b) => samples.ended[a]! - samples.ended[b]!);
  const shown = inOrder.slice(0, forgiven + 1).slice(-WITNESSES);
  const last = shown.at(-1);
  const records = shown.flatMap((sample) => [samples.first[sample]!, samples.last[sample]!]);
  return {
    message: `${slo}: ${got}${when}`,
    subject: last === undefined ? null : view.subjectOf(samples.first[last]!),
    at: last === undefined || forgiven >= witnesses.length ? window.to : samples.ended[last]!,
    records: records.filter((record) => record >= 0).sort((a, b) => a - b),
  };
}

function needOf(settings: SloSettings, scope: Scope): string {
  const goals = [];
  if (settings.success !== null) goals.push(`success >= ${percent(settings.success)}`);
  for (const rank of PERCENTILES) {
    const limit = settings[`p${rank}`];
    if (limit !== null) goals.push(`p${rank} <= ${formatMicros(limit)}`);
  }
  if (settings.rate !== null) goals.push(`rate >= ${decimal(settings.rate)}/s`);
  const per = settings.per === null ? '' : ` in every ${formatMicros(settings.per)}`;
  return `${settings.slo}: ${goals.join(', ')}${per}${scope.words}`;
}
