import { KIND } from '../../sim/kinds.ts';
import { type EmittedSpan, telemetryOf } from '../../sim/telemetry/index.ts';
import type { RunView } from './view.ts';

/** What operators can see of all that was done for one entity. */
export interface Seen {
  /** Requests that our services worked on, by the record with which the work began. */
  readonly worked: readonly number[];
  /** Those of them of which there is no span. */
  readonly dark: readonly number[];
  /** Traces, as links join them. */
  readonly traces: number;
  /** Traces that there must be: one for each request that came in from outside. */
  readonly entries: number;
}

/** What operators see of each entity for which any of our services worked, by its name. */
export function seenOf(view: RunView, entity: string): ReadonlyMap<string, Seen> {
  const { columns, run } = view;
  const { place, span, subject } = columns;
  const ours = ownersIn(view);
  const worked = new Map<number, number[]>();
  for (const record of view.recordsOf('start')) {
    const about = subject[record]!;
    if (about < 0 || run.subjects.get(view.names.text(about))?.entity !== entity) continue;
    if (ours(place[record]!)) push(worked, about, record);
  }
  const spans = new Map<number, EmittedSpan[]>();
  for (const each of telemetryOf(run)) if (each.fate === 'stored') push(spans, subject[each.record]!, each);
  const entered = (record: number) => cameFromOutside(view, span[span[record]!]!, ours);
  return new Map(
    [...worked].map(([about, records]) => {
      const own = spans.get(about) ?? [];
      const told = new Set(own.filter(({ sidecar }) => !sidecar).map(({ record }) => record));
      const dark = records.filter((record) => !told.has(record));
      const entries = records.filter(entered).length;
      return [view.names.text(about), { worked: records, dark, traces: joined(own), entries }];
    }),
  );
}

/** Tells whether a place is in a service of ours, by the place's number. */
function ownersIn({ run, names }: RunView): (place: number) => boolean {
  const known = new Map<number, boolean>();
  return (place) => {
    const before = known.get(place);
    if (before !== undefined) return before;
    const owner = /^[^.[/]*/.exec(names.text(place))?.[0] ?? '';
    const is = Object.hasOwn(run.begun.services, owner);
    known.set(place, is);
    return is;
  };
}

/** Whether nobody of ours sent a request or message. */
function cameFromOutside(view: RunView, from: number, ours: (place: number) => boolean): boolean {
  const { kind, place, span, cause, value } = view.columns;
  if (from < 0) return true;
  if (kind[from] === KIND.call) return !ours(place[from]!);
  const delivery = kind[from] === KIND.released ? span[from]! : from;
  if (kind[delivery] !== KIND.delivery) return true;
  const sent = view.remember('published', () => firstsOf(view)).get(value[delivery]!);
  const by = sent === undefined ? -1 : kind[cause[sent]!] === KIND.call ? cause[sent]! : span[sent]!;
  return by >= 0 && kind[by] === KIND.call && !ours(place[by]!);
}

/** The record with which each message was first published. */
function firstsOf(view: RunView): ReadonlyMap<number, number> {
  const firsts = new Map<number, number>();
  const { value } = view.columns;
  for (const record of view.recordsOf('publish'))
    if (!firsts.has(value[record]!)) firsts.set(value[record]!, record);
  return firsts;
}

/** How many traces some spans are, where a link joins two of them into one. */
function joined(spans: readonly EmittedSpan[]): number {
  const leader = new Map<string, string>();
  const headOf = (trace: string): string => {
    const above = leader.get(trace) ?? trace;
    return above === trace ? trace : headOf(above);
  };
  for (const { context } of spans) leader.set(context.trace, context.trace);
  for (const { context, links } of spans)
    for (const link of links)
      if (leader.has(link.trace)) leader.set(headOf(context.trace), headOf(link.trace));
  return new Set([...leader.keys()].map(headOf)).size;
}

function push<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
