import type { ProgressStore } from '../progress/store.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import type { Listed } from '../scenarios/load.ts';

/** Whether somebody sits at a terminal: both ends of the conversation must be one. */
export const isInteractive = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** Why plain mode is on, in a word. */
export function plainReason(asked: boolean, env: NodeJS.ProcessEnv = process.env): string {
  if (asked) return 'flag';
  if (env['ACCESSIBLE'] || env['INK_SCREEN_READER'] === 'true') return 'screen reader';
  return env['TERM'] === 'dumb' ? 'plain terminal' : 'as always in this version';
}

/** Talks with the person at the terminal, from the first line to the exit code. */
export async function converse(
  progress: ProgressStore,
  exercises: readonly Listed[],
  exercise: Exercise | undefined,
  reason: string,
): Promise<number> {
  const { StreamTalk } = await import('../plain/talk.ts');
  const { visit } = await import('../plain/home.ts');
  const talk = new StreamTalk(process.stdin, process.stdout);
  process.on('SIGINT', () => {
    // Between two questions there is work that nobody can break off politely; progress is on the disk already.
    if (talk.interrupt()) return;
    process.stdout.write('\n');
    process.exit(130);
  });
  try {
    return await visit(talk, progress, exercises, { reason, ...(exercise && { exercise }) });
  } finally {
    talk.close();
  }
}
