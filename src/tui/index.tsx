import { render } from 'ink';
import type { Engine } from '../play/engine.ts';
import { lastPlace } from '../progress/fold.ts';
import type { ProgressStore } from '../progress/store.ts';
import { writeCode } from '../replay/code.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { type Listed, loadExercise } from '../scenarios/load.ts';
import { App } from './app.tsx';
import { type Config, NO_CONFIG } from './config/config.ts';
import { bindingsOf } from './keys/bindings.ts';
import { sizeOf } from './layout/size.ts';
import { Stage } from './stage.ts';
import { Painter, paintedOn } from './terminal/painter.ts';
import type { Screen } from './terminal/screen.ts';
import { lookOf } from './theme/detect.ts';
import { themeOf } from './theme/theme.ts';
import { tickerOf } from './ticker.ts';

/** How the interface is opened. */
export interface TuiAsk {
  /** Straight into this exercise; without one where the person was, or into the first one while it fails. */
  readonly exercise?: Exercise;
  readonly exercises: readonly Listed[];
  readonly progress: ProgressStore;
  readonly engine: Engine;
  readonly config?: Config;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Entered already, so that something is seen while all this is loaded. */
  readonly screen: Screen;
}

/** Frames a second at most: well above our own ticker, so that none of its frames waits for the next. */
const MAX_FPS = 60;
/** Milliseconds after the last change of the size after which the terminal shows what it is told. */
const SETTLED = 100;

/** Opens the terminal interface, and gives the code to exit with once the person leaves. */
export async function openTui(ask: TuiAsk): Promise<number> {
  const { stdin, stdout, screen, progress, exercises } = ask;
  const now = () => performance.now();
  const { config = NO_CONFIG } = ask;
  const theme = themeOf(lookOf(ask.env, config.look));
  const size = () => sizeOf(stdout.columns, stdout.rows);
  let code = 0;
  let failure: { readonly error: unknown } | null = null;

  const stage = new Stage({
    ...{ exercises, load: loadExercise, progress, engine: ask.engine, theme, now, size: size() },
    bindings: bindingsOf(config.keys),
    ticker: tickerOf(now, theme.reducedMotion),
    clip: (text) => screen.copy(text),
    suspend: () => screen.suspend(),
    redraw: () => repaint(),
    exit: (given) => {
      code = given;
      app.unmount();
    },
  });
  const fail = (error: unknown) => {
    failure ??= { error };
    app.unmount();
  };
  begin(stage, ask);
  const [problem] = config.problems;
  if (problem !== undefined) stage.say(`Configuration: ${problem}`);

  const painter = new Painter();
  const repaint = () => void stdout.write(painter.repainted());
  const shown = () => <App stage={stage} onFailure={fail} />;
  screen.watch({
    onResize: () => {
      painter.forget();
      stage.resize(size());
      clearTimeout(settling);
      settling = setTimeout(() => repaint(), SETTLED);
    },
    onSignal: () => stage.quit(0),
    onResume: () => repaint(),
  });
  const app = render(shown(), {
    ...{ stdin, stdout: paintedOn(stdout, painter), exitOnCtrlC: false, patchConsole: false },
    ...{ incrementalRendering: true, maxFps: MAX_FPS },
  });
  stage.onChange = () => app.rerender(shown());
  let settling: NodeJS.Timeout | undefined;

  process.on('uncaughtException', fail);
  try {
    await app.waitUntilExit();
  } finally {
    clearTimeout(settling);
    process.off('uncaughtException', fail);
    screen.leave();
  }
  if (failure !== null) {
    const again = replayOf(stage);
    if (again !== null) process.stderr.write(`To see it again: ${again}\n`);
    throw (failure as { readonly error: unknown }).error;
  }
  return code;
}

/** The command that shows the run again that was on the screen; null where there is none. */
function replayOf({ visit }: Stage): string | null {
  const observation = visit?.session.observation;
  if (!observation) return null;
  const { exercise, choices, seed, interventions } = observation.ask;
  const position = visit?.player?.position.record ?? -1;
  const written = writeCode(exercise, {
    choices,
    seed,
    position: position < 0 ? null : position,
    interventions,
  });
  return written.ok ? `brownout replay ${written.code}` : null;
}

/** Where a visit begins: in the exercise that was asked for, where the last one ended, or in a failure. */
function begin(stage: Stage, { exercise, exercises, progress }: TuiAsk): void {
  if (exercise !== undefined) {
    stage.open(exercise);
    return;
  }
  const [first] = exercises;
  if (progress.entries.length === 0) {
    if (first !== undefined) stage.open(loadExercise(first.path), { start: 'watch', guided: true });
    return;
  }
  const place = lastPlace(progress.entries);
  const found = exercises.find(({ id }) => id === place?.exercise);
  if (place === undefined || found === undefined) return;
  const { step, record } = place;
  stage.open(loadExercise(found.path), {
    start: step === 'choose' ? 'choose' : 'watch',
    ...(record !== undefined && { at: record }),
  });
  stage.say(`Welcome back to ${found.title}. q shows all exercises.`);
}
