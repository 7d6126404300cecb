import { StreamTalk } from '../plain/talk.ts';
import type { Output } from './output.ts';

/** Whether somebody sits at a terminal: both ends of the conversation must be one. */
export const isInteractive = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/**
 * Talks with the person at the terminal in plain text, from the first line to the exit code; `reason` says why, in a word.
 *
 * The first line is printed before anything heavy is loaded, so that the wait is short and not silent.
 */
export async function converse(out: Output, name: string | undefined, reason: string): Promise<number> {
  const talk = new StreamTalk(process.stdin, process.stdout);
  process.on('SIGINT', () => {
    if (talk.interrupt()) return;
    // Between two questions there is work that cannot be broken off politely; progress is on the disk already.
    process.stdout.write('\n');
    process.exit(130);
  });
  try {
    talk.say(
      `Plain mode: on (${reason}). Type a number or a word. help lists what can be done, quit leaves.`,
    );
    const { findExercise, listExercises } = await import('../scenarios/load.ts');
    const { visit } = await import('../plain/home.ts');
    const { progressStore } = await import('./progress-store.ts');
    const exercise = name === undefined ? {} : { exercise: findExercise(name) };
    return await visit(talk, progressStore(out), listExercises(), exercise);
  } finally {
    talk.close();
  }
}
