import { StreamTalk } from '../plain/talk.ts';
import type { Output } from './output.ts';

/** Whether somebody sits at a terminal: both ends of the conversation must be one. */
export const isInteractive = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** Why plain mode is on, in a word. */
function plainReason(asked: boolean, env: NodeJS.ProcessEnv = process.env): string {
  if (asked) return 'flag';
  if (env['ACCESSIBLE'] || env['INK_SCREEN_READER'] === 'true') return 'screen reader';
  return env['TERM'] === 'dumb' ? 'plain terminal' : 'always, in this version';
}

/**
 * Talks with the person at the terminal, from the first line to the exit code.
 *
 * The first line is printed before anything heavy is loaded, so that the wait is short and not silent.
 */
export async function converse(out: Output, name: string | undefined, plain: boolean): Promise<number> {
  const talk = new StreamTalk(process.stdin, process.stdout);
  process.on('SIGINT', () => {
    if (talk.interrupt()) return;
    // Between two questions there is work that cannot be broken off politely; progress is on the disk already.
    process.stdout.write('\n');
    process.exit(130);
  });
  try {
    talk.say(
      `Plain mode: on (${plainReason(plain)}). Type a number or a word. help lists what can be done, quit leaves.`,
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
