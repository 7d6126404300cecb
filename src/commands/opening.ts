import type { Output } from './output.ts';
import { converse } from './terminal.ts';

/** Why a terminal gets plain mode; null: it gets the screens. */
function plainReason(asked: boolean, env: NodeJS.ProcessEnv = process.env): string | null {
  if (asked) return 'flag';
  if (env['ACCESSIBLE'] || env['INK_SCREEN_READER'] === 'true') return 'screen reader';
  return env['TERM'] === 'dumb' ? 'plain terminal' : null;
}

/** Plays with the person at the terminal: on screens, or where those would be in the way, in plain text. */
export async function playInTerminal(out: Output, name: string | undefined, plain: boolean): Promise<number> {
  const reason = plainReason(plain);
  if (reason !== null) return converse(out, name, reason);
  const { findExercise, listExercises } = await import('../scenarios/load.ts');
  const exercise = name === undefined ? {} : { exercise: findExercise(name) };
  const { ProgressStore } = await import('../progress/store.ts');
  const { configFolder, stateFolder } = await import('../progress/paths.ts');
  const { readText } = await import('../progress/files.ts');
  const { configOf } = await import('../tui/config/config.ts');
  const { join } = await import('node:path');
  const { RemoteEngine } = await import('../play/remote.ts');
  const engine = new RemoteEngine();
  engine.warmUp();
  const { openTui } = await import('../tui/index.tsx');
  try {
    return await openTui({
      ...exercise,
      config: configOf(readText(join(configFolder(process.env), 'config.yaml'))),
      ...{ engine, exercises: listExercises(), progress: new ProgressStore(stateFolder(process.env)) },
      ...{ env: process.env, stdin: process.stdin, stdout: process.stdout },
    });
  } finally {
    engine.close();
  }
}
