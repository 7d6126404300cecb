import type { Course } from '../../drawing/panes/course.ts';
import { chapterOf } from '../home.ts';
import type { ExerciseProps } from '../props.ts';

/** Where the learner stands in the course, as the widest screens show it. */
export function courseOf({ exercises, progress, session }: ExerciseProps): Course {
  const { exercise, attempts, hints } = session;
  const best = progress.get(exercise.id)?.best;
  return {
    rows: exercises.map((listed) => {
      const known = progress.get(listed.id);
      return {
        ...{ chapter: chapterOf(listed), title: listed.title, here: listed.id === exercise.id },
        ...{ stars: known?.stars ?? 0, tries: known?.tries ?? 0 },
      };
    }),
    about: [
      `${attempts.length} ${attempts.length === 1 ? 'run' : 'runs'} this visit`,
      ...(exercise.hints.length > 0 ? [`hints  ${hints} of ${exercise.hints.length} read`] : []),
      ...(best === undefined ? [] : [`best   ${best.held} of ${best.seeds} universes`]),
    ],
  };
}
