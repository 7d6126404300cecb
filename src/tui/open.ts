import { join } from 'node:path';
import { RemoteEngine } from '../play/remote.ts';
import { readText } from '../progress/files.ts';
import { configFolder, stateFolder } from '../progress/paths.ts';
import { ProgressStore } from '../progress/store.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { type Listed, shelved } from '../scenarios/shelf.ts';
import { type Beginning, beginningOf } from './beginning.ts';
import { type Config, NO_CONFIG } from './config/config.ts';
import { curtain } from './curtain.ts';
import { sizeOf } from './layout/size.ts';
import { Painter } from './terminal/painter.ts';
import { Screen } from './terminal/screen.ts';
import { lookOf } from './theme/detect.ts';
import { type Look, themeOf } from './theme/theme.ts';

/** Who opens the screens, and where. */
export interface OpenAsk {
  /** An exercise, as a person names it, or something that is known exactly; undefined: where they were, or the first one. */
  readonly what: string | Beginning | undefined;
  /** What wins over the configuration. */
  readonly look: Look;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Opens the screens, and gives the code to exit with once the person leaves.
 *
 * The exercise is read on the engine's thread while what draws the screens is loaded on this one. The first thing that is
 * seen needs neither, so it is there before both: nothing heavy may be imported by this file.
 */
export async function openScreens({ what, look, stdin, stdout, env }: OpenAsk): Promise<number> {
  const screen = new Screen(stdout, stdin);
  screen.enter();
  const engine = new RemoteEngine();
  engine.warmUp();
  try {
    const exercises = await shelf();
    const progress = new ProgressStore(stateFolder(env));
    const beginning = typeof what === 'object' ? what : beginningOf(what, exercises, progress.entries);
    const exercise = beginning && readBy(engine, beginning);
    exercise?.catch(() => {}); // told by whoever opens it
    const config = await configIn(env);
    const theme = themeOf(lookOf(env, { ...config.look, ...look }));
    const painter = new Painter();
    const size = sizeOf(stdout.columns, stdout.rows);
    if (beginning !== null)
      stdout.write(painter.painted(`${curtain(beginning.title, size, theme).join('\n')}\n`));
    const { openTui } = await import('./index.tsx');
    return await openTui({
      ...{ beginning, exercise, exercises, library: engine, progress, engine, config, theme },
      ...{ stdin, stdout, screen, painter },
    });
  } finally {
    engine.close();
    screen.leave();
  }
}

const readBy = (engine: RemoteEngine, { path, text }: Beginning): Promise<Exercise> =>
  text === undefined ? engine.load(path) : engine.read(text, path);

/** The list of exercises; without one that was made before, every exercise is looked into. */
async function shelf(): Promise<readonly Listed[]> {
  const listed = shelved();
  if (listed !== undefined) return listed;
  const { listExercises } = await import('../scenarios/load.ts');
  return listExercises();
}

async function configIn(env: NodeJS.ProcessEnv): Promise<Config> {
  const text = readText(join(configFolder(env), 'config.yaml'));
  if (text.trim() === '') return NO_CONFIG;
  const { configOf } = await import('./config/reading.ts');
  return configOf(text);
}
