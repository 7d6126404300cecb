import { formatMicros } from '../sim/kernel/time.ts';
import type { Run } from '../sim/run.ts';
import { Telling } from './narration/telling.ts';
import { templates } from './narration/templates.ts';

export { type Beat, beats } from './narration/beats.ts';
export { type Followable, followable, worthFollowing } from './narration/follow.ts';

/**
 * One sentence about a record, in plain words: what happened, why it was possible, who can tell.
 *
 * It says what the record shows and nothing else; other events it names by their numbers. Its own time is not in it.
 */
export function narrate(run: Run, index: number): string {
  const telling = new Telling(run, index);
  const words = templates[telling.kind](telling);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** One line for lists: number, time, kind, place and peer, subject, detail. */
export function describeRecord(run: Run, index: number): string {
  const { at, kind, place, peer, subject, detail } = new Telling(run, index);
  const where = peer === '' ? place : `${place} -> ${peer}`;
  return [String(index), formatMicros(at), kind, where, subject, detail]
    .filter((part) => part !== '')
    .join('  ');
}
