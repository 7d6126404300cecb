import { hashText } from '../kernel/luck.ts';
import type { Micros } from '../kernel/time.ts';
import { KIND } from '../kinds.ts';
import type { Run } from '../run.ts';
import type { TailPolicy, TailSampling } from '../world/schema/telemetry.ts';
import type { Draft } from './span.ts';

const MILLISECOND = 1_000;
const WORD = 0x1_0000_0000;

/** Follows sampled spans to the operators' store: what processes lose on the way, and what the collector throws away. */
export function collect(run: Run, drafts: readonly Draft[]): void {
  const { schedule_delay, tail_sampling } = run.begun.telemetry;
  const lives = livesOf(run);
  const arrived: { draft: Draft; at: Micros }[] = [];
  for (const draft of drafts) {
    if (draft.fate === 'unsampled') continue;
    const at = draft.sidecar ? draft.end : sentAt(draft, lives.get(draft.instance) ?? [], schedule_delay);
    if (at === 'crashed') draft.fate = 'crashed';
    else if (at !== null && at <= run.until) arrived.push({ draft, at });
  }
  for (const { draft } of arrived) draft.fate = 'stored';
  if (tail_sampling !== null) decide(arrived, tail_sampling, run.until);
}

/** When a process died without a chance to send what it had, and when another took its place. */
interface End {
  readonly died: Micros;
  readonly back: Micros;
}

function livesOf(run: Run): Map<string, End[]> {
  const { kind, time, place, detail } = run.record.columns();
  const { names } = run.record;
  const lives = new Map<string, { died: Micros; back: Micros }[]>();
  for (let record = 0; record < kind.length; record++) {
    const name = () => names.text(place[record]!);
    const died =
      kind[record] === KIND.crash ||
      (kind[record] === KIND.stopped && names.text(detail[record]!) === 'SIGKILL');
    if (died) {
      const ends = lives.get(name()) ?? [];
      ends.push({ died: time[record]!, back: Number.POSITIVE_INFINITY });
      lives.set(name(), ends);
    } else if (kind[record] === KIND.restart) {
      const last = lives.get(name())?.at(-1);
      if (last) last.back = time[record]!;
    }
  }
  return lives;
}

/** An SDK sends what has ended since the last time, at an interval that counts from the start of its process. */
function sentAt({ start, end }: Draft, ends: readonly End[], interval: Micros): Micros | null | 'crashed' {
  let began = 0;
  for (const { died, back } of ends) {
    if (died < start) {
      began = Math.max(began, Math.min(back, start));
      continue;
    }
    const tick = end === null ? Number.POSITIVE_INFINITY : nextTick(end, began, interval);
    return tick <= died ? tick : 'crashed';
  }
  return end === null ? null : nextTick(end, began, interval);
}

const nextTick = (end: Micros, began: Micros, interval: Micros): Micros =>
  interval === 0 ? end : began + Math.ceil((end - began) / interval) * interval;

/** A trace is judged by what has come of it when the wait is over; what comes later is treated likewise. */
function decide(
  arrived: readonly { draft: Draft; at: Micros }[],
  { decision_wait, policies }: TailSampling,
  until: Micros,
): void {
  const traces = new Map<string, { draft: Draft; at: Micros }[]>();
  for (const one of arrived) {
    const { trace } = one.draft.context;
    const known = traces.get(trace);
    if (known) known.push(one);
    else traces.set(trace, [one]);
  }
  for (const [trace, all] of traces) {
    const first = all.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
    const decided = first + decision_wait;
    const seen = all.filter(({ at }) => at <= decided).map(({ draft }) => draft);
    const kept = decided <= until && Object.values(policies).some((policy) => wants(policy, trace, seen));
    if (kept) continue;
    for (const { draft } of all) draft.fate = decided <= until ? 'discarded' : 'open';
  }
}

function wants(policy: TailPolicy, trace: string, spans: readonly Draft[]): boolean {
  if ('latency' in policy) {
    const starts = spans.map(({ start }) => start);
    const ends = spans.map(({ end }) => end ?? 0);
    return Math.max(...ends) - Math.min(...starts) >= policy.latency.threshold_ms * MILLISECOND;
  }
  if ('status_code' in policy) {
    const { status_codes } = policy.status_code;
    return spans.some(({ failed }) => status_codes.includes(failed ? 'ERROR' : 'UNSET'));
  }
  if ('probabilistic' in policy)
    return hashText(trace) < (policy.probabilistic.sampling_percentage / 100) * WORD;
  const { key, min_value, max_value } = policy.numeric_attribute;
  return spans.some(({ attributes }) => {
    const value = attributes[key];
    return (
      typeof value === 'number' &&
      (min_value === null || value >= min_value) &&
      (max_value === null || value <= max_value)
    );
  });
}
