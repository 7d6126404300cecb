import { mermaid } from '../exporters/mermaid.ts';
import type { Run } from '../sim/run.ts';
import type { Finding } from './judge/index.ts';
import { narrate } from './narrate.ts';
import { drawLanes } from './why/lanes.ts';
import { type Links, linksOf } from './why/links.ts';
import { type MissingLink, missingLink } from './why/missing.ts';
import { MOST_LINES, pick } from './why/pick.ts';
import { sequenceOf } from './why/sequence.ts';
import { type Slice, sliceOf } from './why/slice.ts';

export { type Counterfactual, type Counterfactuals, counterfactuals } from './why/counterfactuals.ts';

/** One sentence of an explanation, and the record that it tells of. */
export interface ExplanationLine {
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
  /** The same events as a Mermaid sequence diagram. */
  readonly mermaid: string;
  /** The same events drawn in plain characters, at most 80 columns wide. */
  readonly diagram: string;
}

/** The records to explain: for a finding about the whole run, those of its first witness. */
function witnesses(links: Links, { records, subject }: Finding): readonly number[] {
  if (subject !== null) return records;
  const first = records.find((record) => links.subject(record) !== '');
  if (first === undefined) return records;
  const witness = links.subject(first);
  return records.filter((record) => links.subject(record) === witness);
}

/** Whether a finding is about something that never came: its proof lies before the moment in which it was found. */
function isAbsence(links: Links, { at, records }: Finding): boolean {
  return records.every((record) => (links.columns.time[record] as number) < at);
}

/** Explains a finding: walks back from its proofs to the first cause, and keeps the events that matter. */
export function explain(run: Run, finding: Finding): Explanation {
  const links = linksOf(run);
  const proofs = witnesses(links, finding);
  const subject = finding.subject ?? (proofs[0] === undefined ? '' : links.subject(proofs[0]));
  const missing =
    subject !== '' && finding.subject !== null && isAbsence(links, finding)
      ? missingLink(links, subject)
      : undefined;
  const starts = missing ? [...proofs, missing.record] : proofs;
  const slice = sliceOf(links, starts);
  const extra = (finding.subject === null ? 1 : 0) + (missing ? 1 : 0);
  const records = pick(links, slice, starts, MOST_LINES - extra);
  const lines: ExplanationLine[] = records.map((record) => ({ record, text: narrate(run, record) }));
  if (finding.subject === null)
    lines.unshift({ record: proofs[0] ?? records[0] ?? 0, text: finding.message });
  if (missing) lines.push(missing);
  const sequence = sequenceOf(links, records);
  return { lines, records, slice, mermaid: mermaid(sequence), diagram: drawLanes(sequence) };
}

/** Says why something never happened to an entity: the first link that is missing; undefined for an unknown entity. */
export const whyNot = (run: Run, subject: string): MissingLink | undefined =>
  missingLink(linksOf(run), subject);
