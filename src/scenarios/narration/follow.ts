import { KIND, type Kind } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';
import type { Verdict } from '../judge/verdict.ts';

/** An entity whose way through the system is worth following. */
export interface Followable {
  readonly subject: string;
  /** What makes it interesting: the check it broke, or the trouble it met. */
  readonly why: string;
}

/** What makes an entity's way eventful, and how it is said. */
const TROUBLE: readonly (readonly [Kind, number, string])[] = [
  ['lateReply', 5, 'an answer came too late'],
  ['lost', 5, 'a crash ended its request'],
  ['forgotten', 5, 'its message was lost in memory'],
  ['deadLetter', 5, 'its message was given up'],
  ['sagaUndo', 4, 'steps were taken back'],
  ['dropped', 4, 'the network lost a message'],
  ['ackIgnored', 4, 'its message was done with too late'],
  ['strayed', 4, 'its message came a second time'],
  ['callFailed', 3, 'a call failed'],
  ['requeue', 3, 'its message was delivered again'],
  ['intentFailed', 2, 'its client did not get it'],
  ['retry', 1, 'a call was repeated'],
  ['shed', 1, 'a request was turned away'],
];

const MOST = 20;

/** The names of entities worth following, the most interesting first. */
export function followable(run: Run, verdict?: Verdict): string[] {
  return worthFollowing(run, verdict).map(({ subject }) => subject);
}

/** Entities worth following: those that broke a check, then those that met most trouble, then one that met none. */
export function worthFollowing(run: Run, verdict?: Verdict): Followable[] {
  const found = new Map<string, string>();
  for (const { id, outcome, findings } of verdict?.checks ?? []) {
    if (outcome !== 'invalid') continue;
    for (const { subject } of findings) {
      if (subject !== null && !found.has(subject) && found.size < MOST / 2) found.set(subject, `broke ${id}`);
    }
  }
  const { kind, subject } = run.record.columns();
  const weights = new Map(TROUBLE.map(([name, weight, words]) => [KIND[name], { weight, words }]));
  const troubles = new Map<number, { score: number; worst: { weight: number; words: string } }>();
  let smooth = -1;
  for (let record = 0; record < kind.length; record++) {
    const about = subject[record]!;
    if (about < 0) continue;
    const trouble = weights.get(kind[record]!);
    if (trouble) {
      const known = troubles.get(about);
      if (!known) troubles.set(about, { score: trouble.weight, worst: trouble });
      else {
        known.score += trouble.weight;
        if (trouble.weight > known.worst.weight) known.worst = trouble;
      }
    } else if (smooth < 0 && kind[record] === KIND.intentOk && !troubles.has(about)) smooth = about;
  }
  const ranked = [...troubles].sort(([a, { score: x }], [b, { score: y }]) => y - x || a - b);
  for (const [about, { worst }] of ranked) {
    if (found.size >= MOST - 1) break;
    const name = run.record.names.text(about);
    if (!found.has(name)) found.set(name, worst.words);
  }
  const plain = smooth < 0 || troubles.has(smooth) ? undefined : run.record.names.text(smooth);
  if (plain !== undefined && !found.has(plain)) found.set(plain, 'nothing went wrong');
  return [...found].map(([name, why]) => ({ subject: name, why }));
}
