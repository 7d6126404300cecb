import { formatMicros, type Micros } from '../../sim/kernel/time.ts';
import type { Judgement } from './checks/check.ts';
import { BAD, GOOD, type Samples, samplesOf } from './samples.ts';
import type { RunView } from './view.ts';
import { faultOf, strikes } from './windows.ts';
import { moment, percent, share } from './words.ts';

export interface RecoverySettings {
  readonly recovers: string;
  readonly after: string;
  readonly within: Micros;
}

const SECOND = 1_000_000;
/** A window is made long enough to hold about this many, between one second and five. */
const ENOUGH = 100;
const LONGEST_WINDOW = 5;
/** Success of a window that counts as back to normal, in parts per million. */
const NORMAL = 990_000;
const WITNESSES = 20;

interface Window {
  readonly from: Micros;
  readonly to: Micros;
  good: number;
  readonly bad: number[];
}

/**
 * Asks that success is back after a fault, and stays.
 *
 * What began after the fault's end is counted in windows of one to five seconds. A window is bad when less than 99 %
 * of it, and more than one, ended well; the recovery takes as long as the end of the last bad window.
 */
export function* judgeRecovery(view: RunView, { recovers, after, within }: RecoverySettings): Judgement {
  const { run } = view;
  const need = `${recovers}: success back at 99 % within ${formatMicros(within)} after ${after}, and it stays`;
  const report = faultOf(run, after);
  if (!report || report.fired === 0)
    return { need, got: `the fault ${after} never struck`, doubt: 'vacuous' };
  const samples = samplesOf(view, recovers);
  if (!samples) return { need, got: `this world has no ${recovers}`, doubt: 'vacuous' };

  const end = strikes(run, report).to;
  const windows = windowsAfter(samples, end, run.stopped);
  if (windows.length === 0) return { need, got: `no ${samples.noun} after ${after} ended`, doubt: 'vacuous' };
  const last = windows.findLast((window) => isBad(window));
  const took = last === undefined ? 0 : last.to - end;
  // Where it was not back when clients stopped: at least so long.
  const measures = { recovers: took };
  const due = end + within;
  const late = windows.filter((window) => window.to > due && isBad(window));
  const first = late[0];
  if (first) {
    const forgiven = Math.max(
      1,
      Math.floor(((1_000_000 - NORMAL) * (first.good + first.bad.length)) / 1_000_000),
    );
    const inOrder = first.bad
      .toSorted((a, b) => samples.ended[a]! - samples.ended[b]!)
      .slice(0, forgiven + 1);
    const tipping = inOrder.at(-1)!;
    yield {
      message: `${recovers}: ${successOf(first)} success from ${moment(first.from)} to ${moment(first.to)}, ${formatMicros(first.from - end)} after ${after} ended`,
      subject: view.subjectOf(samples.first[tipping]!),
      at: samples.ended[tipping]!,
      records: inOrder.slice(-WITNESSES).map((sample) => recordOf(samples, sample)),
    };
    const never = last === windows.at(-1);
    const got = never
      ? `not back when clients stopped, ${formatMicros(took)} after ${after} ended; ${successOf(windows.at(-1)!)} success in the last window`
      : `${formatMicros(took)} until it was back for good`;
    return { need, got, measures };
  }
  if (due > run.stopped) {
    const got = `clients stopped ${formatMicros(run.stopped - end)} after ${after} ended, too early to tell`;
    return { need, got, doubt: 'unknown' };
  }
  return {
    need,
    got: took === 0 ? '0 s: never below after it ended' : `${formatMicros(took)} until it was back for good`,
    measures,
  };
}

function recordOf(samples: Samples, sample: number): number {
  const last = samples.last[sample]!;
  return last >= 0 ? last : samples.first[sample]!;
}

function isBad({ good, bad }: Window): boolean {
  return bad.length > 1 && good * 1_000_000 < NORMAL * (good + bad.length);
}

function successOf({ good, bad }: Window): string {
  return percent(share(good, good + bad.length));
}

/** Windows from the fault's end to when clients stopped; the last one takes what is left over. */
function windowsAfter(samples: Samples, end: Micros, stopped: Micros): Window[] {
  const began = samples.began.filter((time) => time >= end && time < stopped);
  if (began.length === 0) return [];
  const perSecond = (began.length * SECOND) / Math.max(SECOND, stopped - end);
  const length = SECOND * Math.min(LONGEST_WINDOW, Math.max(1, Math.ceil(ENOUGH / perSecond)));
  const count = Math.max(1, Math.floor((stopped - end) / length));
  const windows: Window[] = Array.from({ length: count }, (_, index) => ({
    from: end + index * length,
    to: index === count - 1 ? stopped : end + (index + 1) * length,
    good: 0,
    bad: [],
  }));
  for (let sample = 0; sample < samples.length; sample++) {
    const time = samples.began[sample]!;
    if (time < end || time >= stopped) continue;
    const window = windows[Math.min(count - 1, Math.floor((time - end) / length))]!;
    const outcome = samples.outcome[sample];
    if (outcome === GOOD) window.good++;
    else if (outcome === BAD) window.bad.push(sample);
  }
  return windows.filter(({ good, bad }) => good + bad.length > 0);
}
