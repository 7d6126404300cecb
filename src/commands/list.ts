import { type Command, EXIT } from './command.ts';

/** Every exercise, and how far one has come in it. */
export const list: Command = {
  usage: 'list',
  summary: 'List the exercises, with your progress',
  examples: [
    ['brownout list', 'all exercises in the order of the course'],
    ['brownout list --json', 'the same for programs'],
  ],
  async run({ out }) {
    const { listExercises } = await import('../scenarios/load.ts');
    const { fold } = await import('../progress/fold.ts');
    const { progressStore } = await import('./progress-store.ts');
    const { exerciseLines } = await import('../words/exercises.ts');
    const exercises = listExercises();
    const progress = fold(progressStore(out).entries);
    out.say(
      exercises.length === 0 ? 'No exercises come with this version.' : exerciseLines(exercises, progress),
    );
    out.document('list', {
      exercises: exercises.map(({ id, slug, title, chapter, minutes }) => {
        const { tries = 0, held = false, stars = 0, hints = 0 } = progress.get(id) ?? {};
        return { id, slug, title, chapter, minutes, progress: { tries, held, stars, hints } };
      }),
    });
    return EXIT.ok;
  },
};
