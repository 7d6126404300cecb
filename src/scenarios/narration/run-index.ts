import { KIND } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';

/** What sentences need to know beyond one record; made once for each run. */
export interface RunIndex {
  /** For each fact, which of its name and subject it is, from 1. */
  readonly occurrence: Int32Array;
  /** For each fact, the fact of its name and subject before it, -1 for the first. */
  readonly previous: Int32Array;
  /** For each message, the record with which it was first accepted. */
  readonly published: ReadonlyMap<number, number>;
  /** For each fault, the record of its first strike. */
  readonly struck: ReadonlyMap<string, number>;
}

const indexes = new WeakMap<Run, RunIndex>();

/** The index of a run. */
export function indexOf(run: Run): RunIndex {
  const known = indexes.get(run);
  if (known) return known;
  const made = make(run);
  indexes.set(run, made);
  return made;
}

function make(run: Run): RunIndex {
  const { record, facts } = run;
  const occurrence = new Int32Array(facts.length);
  const previous = new Int32Array(facts.length).fill(-1);
  const latest = new Map<string, number>();
  for (const [index, fact] of facts.entries()) {
    const key = `${fact.name} ${record.subjectAt(fact.record)}`;
    const before = latest.get(key) ?? -1;
    previous[index] = before;
    occurrence[index] = before < 0 ? 1 : occurrence[before]! + 1;
    latest.set(key, index);
  }
  const published = new Map<number, number>();
  const struck = new Map<string, number>();
  const { kind, value, detail } = record.columns();
  for (let at = 0; at < kind.length; at++) {
    if (kind[at] === KIND.publish || kind[at] === KIND.outboxed) {
      if (!published.has(value[at]!)) published.set(value[at]!, at);
    } else if (kind[at] === KIND.fault) {
      const id = detail[at]! < 0 ? '' : record.names.text(detail[at]!);
      if (!struck.has(id)) struck.set(id, at);
    }
  }
  return { occurrence, previous, published, struck };
}
