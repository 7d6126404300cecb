import type { Command } from './command.ts';
import { LOOK } from './look.ts';

/** One exercise, with a person. */
export const play: Command = {
  usage: 'play <exercise>',
  summary: 'Play an exercise',
  about:
    'You predict, choose a design, run it, see what happens, and ask why. Without a terminal, tells the exercise and what each option leads to.',
  options: LOOK,
  examples: [
    ['brownout play charged-twice', 'by name'],
    ['brownout play my.yaml', 'a file of yours'],
  ],
  async run({ args: [name = ''], options, out }) {
    const { isInteractive } = await import('./terminal.ts');
    if (!out.json && isInteractive()) {
      const { playInTerminal } = await import('./opening.ts');
      return playInTerminal({ args: [name], options, out });
    }
    const { findExercise } = await import('../scenarios/load.ts');
    const { told } = await import('./told.ts');
    return told(findExercise(name), out);
  },
};
