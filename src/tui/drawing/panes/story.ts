import type { CheckResult, Verdict } from '../../../scenarios/judge/index.ts';
import type { Beat } from '../../../scenarios/narrate.ts';
import { narrate } from '../../../scenarios/narrate.ts';
import { Telling } from '../../../scenarios/narration/telling.ts';
import type { Kind } from '../../../sim/kinds.ts';
import type { Run } from '../../../sim/run.ts';
import { kindWords } from '../../../words/kinds.ts';
import { fill, widthOf } from '../../layout/text.ts';
import type { Role } from '../../theme/theme.ts';
import { Canvas } from '../canvas.ts';

/** A run with what was found out about it. */
export interface Told {
  readonly run: Run;
  readonly verdict: Verdict;
  readonly beats: readonly Beat[];
}

/** Causes that are worth naming in a chain; the others only pass something on. */
const TURNS: ReadonlySet<Kind> = new Set<Kind>([
  'intent',
  'callFailed',
  'retry',
  'retryDenied',
  'lateReply',
  'dropped',
  'fault',
  'crash',
  'lost',
  'shed',
  'fact',
  'rollback',
  'requeue',
  'delivery',
  'deadLetter',
  'putOff',
  'overflow',
  'unroutable',
  'ackIgnored',
  'strayed',
  'deduplicated',
  'undelivered',
  'undeliverable',
  'breaker',
  'rejected',
  'fallback',
  'sagaUndo',
  'refused',
]);
const LONGEST_CHAIN = 6;
const MOST_HOPS = 200;

/** What happened: a heading where it matters, the sentence, and the chain of causes; null: nothing worth telling. */
export function drawStory(told: Told, record: number | null, width: number, height: number): Canvas {
  const canvas = new Canvas(width, height);
  if (record === null) {
    canvas.put(0, 0, 'Nothing has gone wrong yet.', 'dim');
    return canvas;
  }
  if (record < 0) {
    canvas.put(0, 0, 'Nothing has happened yet. The first customers are about to come.', 'dim');
    return canvas;
  }
  const title = titleOf(told, record);
  const lines: { text: string; role: Role }[] = [];
  if (title !== null) for (const text of fill(title.text, width)) lines.push({ text, role: title.role });
  const chain = fill(`cause: ${causeChain(told.run, record)}`, width, 7);
  const room = Math.max(1, height - (height > 2 ? 1 : 0) - lines.length);
  for (const text of fill(narrate(told.run, record), width).slice(0, room))
    lines.push({ text, role: 'text' });
  for (const text of chain.slice(0, Math.max(0, height - lines.length))) lines.push({ text, role: 'dim' });
  lines.slice(0, height).forEach(({ text, role }, y) => {
    canvas.put(0, y, text, role);
  });
  return canvas;
}

function titleOf(
  { verdict, beats }: Told,
  record: number,
): { readonly text: string; readonly role: Role } | null {
  const broken = brokenBy(verdict, record);
  if (broken.length > 0) return { text: `BROKEN: ${broken.join(', ')}`, role: 'bad' };
  const beat = beats.find((each) => each.record === record);
  return beat ? { text: beat.title, role: 'accent' } : null;
}

/** The checks that a record breaks: the last record of a finding is the one that completes its proof. */
const brokenBy = ({ checks }: Verdict, record: number): string[] =>
  checks
    .filter(
      ({ outcome, findings }) =>
        outcome === 'invalid' && findings.some(({ records }) => records.at(-1) === record),
    )
    .map(({ id }) => id);

/** `#71 fault slow ▸ #96 timeout ▸ #101 retry ▸ #118`: the turns that led to a record, the first one first. */
export function causeChain(run: Run, record: number): string {
  const turns: string[] = [`#${record} ${turnWords(new Telling(run, record))}`];
  let at = run.record.causeAt(record);
  for (let hops = 0; at >= 0 && hops < MOST_HOPS; hops++) {
    const telling = new Telling(run, at);
    if (TURNS.has(telling.kind)) turns.unshift(`#${at} ${turnWords(telling)}`);
    at = telling.cause;
  }
  if (turns.length <= LONGEST_CHAIN) return turns.join(' ▸ ');
  return [turns[0], '…', ...turns.slice(turns.length - LONGEST_CHAIN + 2)].join(' ▸ ');
}

function turnWords({ kind, detail, place, subject }: Telling): string {
  switch (kind) {
    case 'intent':
      return `${place} want ${subject}`;
    case 'callFailed':
    case 'fact':
    case 'dropped':
    case 'rejected':
      return detail === '' ? kindWords(kind) : detail;
    case 'fault':
      return `fault ${detail}`;
    default:
      return kindWords(kind);
  }
}

/** How the checks stand at a moment, the broken ones first, as many as have room. */
export function drawChecks({ run, verdict }: Told, record: number, width: number): Canvas {
  const canvas = new Canvas(width, 1);
  const over = record >= run.record.length - 1;
  const shown = verdict.checks.filter(
    ({ id, outcome }) => outcome === 'invalid' || !id.startsWith('conservation.'),
  );
  const standing = shown.map((check) => ({ check, ...standingOf(check, record, over) }));
  let x = 0;
  for (const { check, sign, role, broken } of standing.sort((a, b) => Number(b.broken) - Number(a.broken))) {
    const event = broken ? ` #${breakOf(check)}` : '';
    const text = `${sign} ${check.id}${event}`;
    if (x + widthOf(text) > width) {
      canvas.put(x, 0, '…', 'dim');
      break;
    }
    canvas.put(x, 0, text, role);
    x += widthOf(text) + 3;
  }
  return canvas;
}

/** The checks that are broken at a moment, by what has happened until then. */
export const brokenSoFar = ({ checks }: Verdict, record: number): string[] =>
  checks.filter((check) => breakOf(check) >= 0 && breakOf(check) <= record).map(({ id }) => id);

/** The record at which a check broke first; -1 where it did not. */
const breakOf = ({ outcome, findings }: CheckResult): number =>
  outcome === 'invalid' ? (findings[0]?.records.at(-1) ?? -1) : -1;

function standingOf(
  check: CheckResult,
  record: number,
  over: boolean,
): { readonly sign: string; readonly role: Role; readonly broken: boolean } {
  const breaks = breakOf(check);
  if (check.outcome === 'invalid' && (over || (breaks >= 0 && breaks <= record)))
    return { sign: '✗', role: 'bad', broken: true };
  if (over)
    return check.outcome === 'valid'
      ? { sign: '✓', role: 'good', broken: false }
      : { sign: '?', role: 'warn', broken: false };
  return { sign: '·', role: 'dim', broken: false };
}
