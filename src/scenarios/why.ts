import { mermaid } from '../exporters/mermaid.ts';
import { formatMicros } from '../sim/kernel/time.ts';
import type { Run } from '../sim/run.ts';
import type { Finding } from './judge/index.ts';
import { narrate } from './narrate.ts';
import { workersAt } from './why/busy.ts';
import { drawLanes } from './why/lanes.ts';
import { type Links, linksOf } from './why/links.ts';
import { type MissingLink, missingLink } from './why/missing.ts';
import { MOST_LINES, pick, withArrows } from './why/pick.ts';
import { sequenceOf } from './why/sequence.ts';
import { type Slice, sliceOf } from './why/slice.ts';
import { turnAfter } from './why/turn.ts';

export { type Counterfactual, type Counterfactuals, counterfactuals } from './why/counterfactuals.ts';

/** One sentence of an explanation, and the record that it tells of. */
interface ExplanationLine {
  readonly text: string;
  readonly record: number;
}

/** Why something happened, or did not: three to nine sentences, each about one event, and their diagram. */
export interface Explanation {
  readonly lines: readonly ExplanationLine[];
  /** The records of the lines, in the order of time. */
  readonly records: readonly number[];
  /** The whole chain that the lines were picked from. */
  readonly slice: Slice;
  /** The same events, and the messages between them, as a Mermaid sequence diagram. */
  readonly mermaid: string;
  /** The same diagram drawn in plain characters, at most 80 columns wide. */
  readonly diagram: string;
}

/** What of a finding is explained: one witness, and whether it stands for many. */
interface Witness {
  readonly subject: string;
  readonly proofs: readonly number[];
  /** True where the finding counts or averages over more than this witness. */
  readonly aggregate: boolean;
}

/** The first entity that a finding's records are about, where it names none itself. */
function witnessOf(links: Links, { records, subject }: Finding): Witness {
  const named = subject ?? links.subject(records.find((record) => links.subject(record) !== '') ?? -1);
  const own = records.filter((record) => links.subject(record) === named);
  // A sku's facts are recorded under the orders that took it: then all of them are the proof.
  if (own.length === 0) return { subject: named, proofs: records, aggregate: subject === null };
  return { subject: named, proofs: own, aggregate: subject === null || own.length < records.length };
}

/** Whether a finding is about something that never came: all its records lie before the moment in which it broke. */
function isAbsence(links: Links, { at, records }: Finding): boolean {
  return records.every((record) => (links.columns.time[record] as number) < at);
}

/** The first proof and the last three: a popular sku has thousands. */
const shortened = (proofs: readonly number[]) =>
  proofs.length <= 4 ? proofs : [...proofs.slice(0, 1), ...proofs.slice(-3)];

/** The last strike of the fault that was over last before a witness began: what goes on without it has another cause. */
function overBefore(links: Links, records: readonly number[]): ExplanationLine | undefined {
  const [first] = records;
  if (first === undefined) return undefined;
  const began = links.columns.time[first] as number;
  const told = new Set(
    records.filter((record) => links.kind(record) === 'fault').map((record) => links.detail(record)),
  );
  const over = links.run.faults
    .filter(({ id, last }) => last !== null && last < began && !told.has(id))
    .sort((a, b) => (b.last ?? 0) - (a.last ?? 0))[0];
  if (!over) return undefined;
  const record = links.lastStrike(over.id);
  if (record < 0) return undefined;
  return {
    record,
    text: `The fault ${over.id} had struck for the last time at ${formatMicros(over.last ?? 0)}.`,
  };
}

/** What happened, and what a wait for a worker was for. */
function told(links: Links, record: number): string {
  const text = narrate(links.run, record);
  const busy = workersAt(links, record);
  return busy === null ? text : `${text.replace(/\.$/, '')}; its workers were at ${busy}.`;
}

/** Explains a finding: walks back from its proofs to the first cause, and keeps the events that matter. */
export function explain(run: Run, finding: Finding): Explanation {
  const links = linksOf(run);
  const witness = witnessOf(links, finding);
  const proofs = shortened(witness.proofs);
  const absence = isAbsence(links, finding);
  const missing = absence && !witness.aggregate ? missingLink(links, witness.subject, finding.at) : undefined;
  const last = finding.records.at(-1);
  const turn = absence && witness.aggregate && last !== undefined ? turnAfter(links, last) : undefined;
  const late = missing?.lateAfter;
  const slice = sliceOf(links, missing ? [...proofs, late ?? missing.record, missing.record] : proofs);
  const extra = (witness.aggregate ? 2 : 0) + (missing || turn !== undefined ? 1 : 0);
  // What ended nothing but came late is told as it happened, too.
  const records = pick(links, slice, proofs, MOST_LINES - extra).filter(
    (record) => late !== undefined || record !== missing?.record,
  );
  const lines: ExplanationLine[] = records.map((record) => ({ record, text: told(links, record) }));
  const first = proofs[0];
  const over = witness.aggregate && lines.length + 2 <= MOST_LINES ? overBefore(links, records) : undefined;
  if (over) lines.unshift(over);
  if (witness.aggregate && first !== undefined) lines.unshift({ record: first, text: `${finding.message}.` });
  if (missing) lines.push({ record: missing.record, text: missing.text });
  if (turn !== undefined) lines.push({ record: turn, text: narrate(run, turn) });
  const added = missing?.record ?? turn;
  const shown =
    added === undefined || records.includes(added) ? records : [...records, added].sort((a, b) => a - b);
  const sequence = sequenceOf(links, withArrows(links, slice, shown));
  return { lines, records: shown, slice, mermaid: mermaid(sequence), diagram: drawLanes(sequence) };
}

/** Says why something never happened to an entity: the first link that is missing; undefined for an unknown entity. */
export const whyNot = (run: Run, subject: string): MissingLink | undefined =>
  missingLink(linksOf(run), subject);
