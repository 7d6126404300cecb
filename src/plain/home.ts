import { UsageError } from '../problems.ts';
import { calibration } from '../progress/calibration.ts';
import { fold, lastPlace } from '../progress/fold.ts';
import type { ProgressStore } from '../progress/store.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { findExercise, type Listed, loadExercise } from '../scenarios/load.ts';
import { playExercise } from './play.ts';
import { EndOfInput, Interrupted, type Talk } from './talk.ts';
import { calibrationWords } from './words/calibration.ts';
import { exerciseLines } from './words/exercises.ts';

/** How a visit begins. */
export interface Visit {
  /** Straight into this exercise; without it, where the person was, or into the first one. */
  readonly exercise?: Exercise;
}

/**
 * A whole visit in plain text: the first one begins with a running failure, a later one where the last one ended.
 *
 * Gives the code to exit with: 0 also where the input ends, 130 where the person broke off.
 */
export async function visit(
  talk: Talk,
  progress: ProgressStore,
  exercises: readonly Listed[],
  { exercise }: Visit = {},
): Promise<number> {
  try {
    for (const notice of progress.takeNotices()) talk.say(`Note: ${notice}`);
    let next = exercise ?? resumed(talk, progress, exercises);
    const [first] = exercises;
    let guided = next === undefined && first !== undefined && progress.entries.length === 0;
    if (guided && first) next = loadExercise(first.path);
    for (;;) {
      next ??= await choose(talk, progress, exercises);
      if (next === undefined) return leave(talk, progress);
      const to = await playExercise(talk, progress, next, { guided });
      if (to === 'quit') return leave(talk, progress);
      next = undefined;
      guided = false;
    }
  } catch (error) {
    if (error instanceof EndOfInput) {
      talk.say('');
      return leave(talk, progress);
    }
    if (error instanceof Interrupted) {
      talk.say(`\n${keptWords(progress)}`);
      return 130;
    }
    throw error;
  }
}

const keptWords = ({ kept }: ProgressStore): string =>
  kept ? 'Your progress is kept.' : 'Your progress could not be kept.';

function leave(talk: Talk, progress: ProgressStore): number {
  talk.say(`Goodbye. ${keptWords(progress)}`);
  return 0;
}

/** The exercise of the last visit, if it is still there. */
function resumed(talk: Talk, progress: ProgressStore, exercises: readonly Listed[]): Exercise | undefined {
  const place = lastPlace(progress.entries);
  const found = exercises.find(({ id }) => id === place?.exercise);
  if (found === undefined) return undefined;
  talk.say(`Welcome back to ${found.title}. home lists all exercises.`);
  return loadExercise(found.path);
}

/** Asks for an exercise; undefined: the person leaves. */
async function choose(
  talk: Talk,
  progress: ProgressStore,
  exercises: readonly Listed[],
): Promise<Exercise | undefined> {
  talk.say(`\nExercises:\n${exerciseLines(exercises, fold(progress.entries))}`);
  const known = calibrationWords(calibration(progress.entries));
  if (known !== '') talk.say(known);
  talk.say('Type the number or the name of one; quit leaves.');
  for (;;) {
    const typed = (await talk.ask()).trim();
    if (/^q(uit)?$/i.test(typed)) return undefined;
    if (typed === '' || /^(help|home|list)$/i.test(typed)) {
      talk.say(exerciseLines(exercises, fold(progress.entries)));
      continue;
    }
    const byNumber = /^\d+$/.test(typed) ? exercises[Number(typed) - 1] : undefined;
    if (byNumber) return loadExercise(byNumber.path);
    try {
      return findExercise(typed.replace(/^play\s+/i, ''));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      talk.say(error.message);
    }
  }
}
