import { type Command, flag } from './command.ts';

/** One exercise, with a person. */
export const play: Command = {
  usage: 'play <exercise>',
  summary: 'Play an exercise',
  about:
    'You predict, choose a design, run it, see what happens, and ask why. Without a terminal, tells the exercise and what each option leads to.',
  examples: [
    ['brownout play charged-twice', 'by name'],
    ['brownout play my.yaml', 'a file of yours'],
  ],
  async run({ args: [name = ''], options, out }) {
    const { findExercise, listExercises } = await import('../scenarios/load.ts');
    const { converse, isInteractive, plainReason } = await import('./terminal.ts');
    const exercise = findExercise(name);
    if (out.json || !isInteractive()) {
      const { told } = await import('./told.ts');
      return told(exercise, out);
    }
    const { progressStore } = await import('./progress-store.ts');
    return converse(progressStore(out), listExercises(), exercise, plainReason(flag(options, 'plain')));
  },
};
