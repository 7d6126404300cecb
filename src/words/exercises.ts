import type { ExerciseProgress } from '../progress/fold.ts';
import type { Listed } from '../scenarios/load.ts';
import { counted } from './text.ts';

/** How far somebody has come in an exercise, in a few words. */
export function progressWords(progress: ExerciseProgress | undefined): string {
  if (progress === undefined || progress.tries === 0) return 'not tried yet';
  if (progress.stars > 0) return `passed, ${counted(progress.stars, 'star')} of 3`;
  const tries = counted(progress.tries, 'try', 'tries');
  return progress.held ? `held once, not graded in full; ${tries}` : tries;
}

/** One numbered line for each exercise: its name, what it is called, how long it takes, how far one is. */
export function exerciseLines(
  exercises: readonly Listed[],
  progress: ReadonlyMap<string, ExerciseProgress>,
): string {
  return exercises
    .map(({ id, slug, title, minutes }, index) => {
      const length = minutes === null ? '' : `, ${counted(minutes, 'minute')}`;
      return `${index + 1} ${slug}: ${title}${length}. ${progressWords(progress.get(id))}.`;
    })
    .join('\n');
}
