import type { Engine } from '../play/engine.ts';
import { UsageError } from '../problems.ts';
import { calibration } from '../progress/calibration.ts';
import { fold, lastPlace } from '../progress/fold.ts';
import type { ProgressStore } from '../progress/store.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { findExercise, type Listed, loadExercise } from '../scenarios/load.ts';
import { calibrationWords } from '../words/calibration.ts';
import { exerciseLines } from '../words/exercises.ts';
import { type Opening, playExercise } from './play.ts';
import { EndOfInput, Interrupted, type Talk } from './talk.ts';

/** How a visit begins. */
export interface Visit {
  /** Straight into this exercise; without it, where the person was, or into the first one. */
  readonly exercise?: Exercise;
  /** Who runs and grades; the real one unless another is given. */
  readonly engine?: Engine;
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
  { exercise, engine }: Visit = {},
): Promise<number> {
  try {
    for (const notice of progress.takeNotices()) talk.say(`Note: ${notice}`);
    let next = exercise ? { exercise } : (resumed(talk, progress, exercises) ?? begun(progress, exercises));
    for (;;) {
      next ??= await choose(talk, progress, exercises);
      if (next === undefined) return leave(talk, progress);
      const { exercise: chosen, ...opening } = next;
      const to = await playExercise(talk, progress, chosen, { ...opening, ...(engine && { engine }) });
      if (to === 'quit') return leave(talk, progress);
      next = undefined;
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

/** An exercise, and where in it to begin. */
interface Next extends Pick<Opening, 'start'> {
  readonly exercise: Exercise;
}

/** The first exercise, for somebody who has done nothing yet: it begins while it fails. */
function begun(progress: ProgressStore, [first]: readonly Listed[]): Next | undefined {
  if (first === undefined || progress.entries.length > 0) return undefined;
  return { exercise: loadExercise(first.path), start: 'guided' };
}

/** The exercise of the last visit, where it was left, if it is still there. */
function resumed(talk: Talk, progress: ProgressStore, exercises: readonly Listed[]): Next | undefined {
  const place = lastPlace(progress.entries);
  const found = exercises.find(({ id }) => id === place?.exercise);
  if (place === undefined || found === undefined) return undefined;
  talk.say(
    `Welcome back to ${found.title}, where you left it. brief tells the task again, home lists all exercises.`,
  );
  return { exercise: loadExercise(found.path), start: place.step === 'choose' ? 'choose' : 'watch' };
}

/** Asks for an exercise; undefined: the person leaves. */
async function choose(
  talk: Talk,
  progress: ProgressStore,
  exercises: readonly Listed[],
): Promise<Next | undefined> {
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
    if (byNumber) return { exercise: loadExercise(byNumber.path) };
    try {
      return { exercise: findExercise(typed.replace(/^play\s+/i, '')) };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      talk.say(error.message);
    }
  }
}
