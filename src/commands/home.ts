import { type Call, EXIT } from './command.ts';

/**
 * Brownout without a command: the first time a running failure, later on where one was.
 *
 * Without a terminal, the first exercise is told from beginning to end.
 */
export async function home({ args: [name], options, out }: Call): Promise<number> {
  if (name !== undefined) {
    const { play } = await import('./play.ts');
    return play.run({ args: [name], options, out });
  }
  const { isInteractive } = await import('./terminal.ts');
  if (!out.json && isInteractive()) {
    const { playInTerminal } = await import('./opening.ts');
    return playInTerminal({ args: [], options, out });
  }
  const { listExercises, loadExercise } = await import('../scenarios/load.ts');
  const [first] = listExercises();
  if (first === undefined) {
    out.say('No exercises come with this version. "brownout new <path>" writes one to begin with.');
    return EXIT.ok;
  }
  const { told } = await import('./told.ts');
  return told(loadExercise(first.path), out);
}
