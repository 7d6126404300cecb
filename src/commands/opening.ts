import { join } from 'node:path';
import type { TuiAsk } from '../tui/index.tsx';
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
  const { stdin, stdout, env } = process;
  const { Screen } = await import('../tui/terminal/screen.ts');
  const screen = new Screen(stdout, stdin);
  screen.enter('Brownout'); // what follows takes a moment to load
  try {
    return await playOnScreens(name, { stdin, stdout, env, screen });
  } finally {
    screen.leave();
  }
}

type Place = Pick<TuiAsk, 'stdin' | 'stdout' | 'env' | 'screen'>;

async function playOnScreens(name: string | undefined, place: Place): Promise<number> {
  const { RemoteEngine } = await import('../play/remote.ts');
  const engine = new RemoteEngine();
  engine.warmUp();
  try {
    const { findExercise, listExercises } = await import('../scenarios/load.ts');
    const { ProgressStore } = await import('../progress/store.ts');
    const { configFolder, stateFolder } = await import('../progress/paths.ts');
    const { readText } = await import('../progress/files.ts');
    const { configOf } = await import('../tui/config/config.ts');
    const { openTui } = await import('../tui/index.tsx');
    return await openTui({
      ...place,
      ...(name !== undefined && { exercise: findExercise(name) }),
      ...{ engine, exercises: listExercises(), progress: new ProgressStore(stateFolder(place.env)) },
      config: configOf(readText(join(configFolder(place.env), 'config.yaml'))),
    });
  } finally {
    engine.close();
  }
}
