import type { Observation } from '../../../play/engine.ts';
import type { Position } from '../../../play/position.ts';
import { lastBelow, type Track } from '../../../play/track.ts';
import { worthFollowing } from '../../../scenarios/narrate.ts';
import { Telling } from '../../../scenarios/narration/telling.ts';
import type { Run } from '../../../sim/run.ts';

const firsts = new WeakMap<Run, string | null>();

/** The entity whose way is shown: the one that is followed, else the one that the last beat was about, else the most eventful. */
export function shownSubject(
  { run, beats, verdict }: Observation,
  { follow, record }: Position,
): string | null {
  if (follow !== null) return follow;
  const beat = beats.findLast((each) => each.record <= record && subjectOf(run, each.record) !== '');
  if (beat) return subjectOf(run, beat.record);
  const known = firsts.get(run);
  if (known !== undefined) return known;
  const first = worthFollowing(run, verdict)[0]?.subject ?? null;
  firsts.set(run, first);
  return first;
}

/** The entity that a record is about; empty where its way cannot be followed. */
export function subjectOf(run: Run, record: number): string {
  const { subject } = new Telling(run, record);
  return run.subjects.has(subject) ? subject : '';
}

/**
 * The record that is told of: the present one, but while it plays only what is followed, or else the last beat.
 *
 * Eleven sentences a second are read by nobody. Null: nothing of that kind has happened yet.
 */
export function toldRecord({ about, beats }: Track, { record, follow, playing }: Position): number | null {
  if (!playing || record < 0) return record;
  return lastBelow(follow === null ? beats : about(follow), record + 1) ?? null;
}
