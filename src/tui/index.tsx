import { render } from 'ink';
import type { Engine } from '../play/engine.ts';
import type { ProgressStore } from '../progress/store.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import type { Listed } from '../scenarios/shelf.ts';
import { App } from './app.tsx';
import type { Beginning } from './beginning.ts';
import type { Config } from './config/config.ts';
import { bindingsOf } from './keys/bindings.ts';
import { sizeOf } from './layout/size.ts';
import { Stage } from './stage.ts';
import type { Library } from './stage-ask.ts';
import { type Painter, paintedOn } from './terminal/painter.ts';
import type { Screen } from './terminal/screen.ts';
import type { Theme } from './theme/theme.ts';
import { tickerOf } from './ticker.ts';

/** How the interface is opened. */
export interface TuiAsk {
  /** What it begins with, and its exercise, which is perhaps still being read; null: the list. */
  readonly beginning: Beginning | null;
  readonly exercise: Exercise | Promise<Exercise> | null;
  readonly exercises: readonly Listed[];
  readonly library: Library;
  readonly progress: ProgressStore;
  readonly engine: Engine;
  readonly config: Config;
  readonly theme: Theme;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  /** Entered already, and painted on, so that something is seen while all this is loaded. */
  readonly screen: Screen;
  readonly painter: Painter;
}

/** Frames a second at most: well above our own ticker, so that none of its frames waits for the next. */
const MAX_FPS = 60;
/** Milliseconds after the last change of the size after which the terminal shows what it is told. */
const SETTLED = 100;

/** Opens the terminal interface, and gives the code to exit with once the person leaves. */
export async function openTui(ask: TuiAsk): Promise<number> {
  const { stdin, stdout, screen, painter, progress, exercises, library, config, theme } = ask;
  const now = () => performance.now();
  const size = () => sizeOf(stdout.columns, stdout.rows);
  let code = 0;
  let failure: { readonly error: unknown } | null = null;

  const stage = new Stage({
    ...{ exercises, library, progress, engine: ask.engine, theme, now, size: size() },
    bindings: bindingsOf(config.keys),
    ticker: tickerOf(now, theme.reducedMotion),
    clip: (text) => screen.copy(text),
    suspend: () => screen.suspend(),
    redraw: () => repaint(),
    exit: (given) => {
      code = given;
      app.unmount();
    },
    fail: (error) => fail(error),
  });
  const fail = (error: unknown) => {
    failure ??= { error };
    app.unmount();
  };
  if (ask.beginning !== null && ask.exercise !== null) stage.beginWith(ask.exercise, ask.beginning);
  const [problem] = config.problems;
  if (problem !== undefined) stage.say(`Configuration: ${problem}`);

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
    const again = await replayOf(stage);
    if (again !== null) process.stderr.write(`To see it again: ${again}\n`);
    throw (failure as { readonly error: unknown }).error;
  }
  return code;
}

/** The command that shows the run again that was on the screen; null where there is none. */
async function replayOf({ visit }: Stage): Promise<string | null> {
  const observation = visit?.session.observation;
  if (!observation) return null;
  const { exercise, choices, seed, interventions } = observation.ask;
  const position = visit?.player?.position.record ?? -1;
  const { writeCode } = await import('../replay/code.ts');
  const written = writeCode(exercise, {
    choices,
    seed,
    position: position < 0 ? null : position,
    interventions,
  });
  return written.ok ? `brownout replay ${written.code}` : null;
}
