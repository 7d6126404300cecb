import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMPTY } from 'rxjs';
import { engine } from '../src/play/engine.ts';
import { ProgressStore } from '../src/progress/store.ts';
import { findExercise, listExercises, loadExercise, parseExercise } from '../src/scenarios/load.ts';
import { frameLines } from '../src/tui/frame.ts';
import { bindingsOf } from '../src/tui/keys/bindings.ts';
import { sizeOf } from '../src/tui/layout/size.ts';
import { shownOn } from '../src/tui/shown.ts';
import { Stage } from '../src/tui/stage.ts';
import { themeOf } from '../src/tui/theme/theme.ts';
import { svgOf } from './picture-svg.ts';

const EXERCISE = 'charged-twice';

interface Scene {
  readonly file: string;
  readonly about: string;
  readonly columns: number;
  readonly rows: number;
  /** Pressed after those of the scene before, which they go on from. */
  readonly keys: readonly string[];
}

const scenes: readonly Scene[] = [
  {
    file: 'run.svg',
    about: 'The run screen of "Charged twice" at the moment in which a customer is charged a second time.',
    ...{ columns: 120, rows: 40, keys: ['n'] },
  },
  {
    file: 'why.svg',
    about: 'The why screen: the chain of events from an order to its second charge.',
    ...{ columns: 100, rows: 30, keys: ['e', '1'] },
  },
  {
    file: 'choose.svg',
    about: 'The choose screen: the second of two decisions, and what one of its options changes.',
    ...{ columns: 100, rows: 24, keys: ['r', 'enter', '4', 'down'] },
  },
  {
    file: 'verdict.svg',
    about: 'The verdict screen: the design held in every universe, and what each part of it is worth.',
    ...{ columns: 100, rows: 24, keys: ['3', 'r', 'R'] },
  },
];

/** Work for which a picture waits. */
const BUSY = /^(running|grading|comparing|explaining\.(asking|wondering))$/;

const library = { load: loadExercise, read: parseExercise };

/** The whole interface without a terminal: keys go in, lines come out. */
function stageIn(folder: string): Stage {
  const stage = new Stage({
    ...{ exercises: listExercises(), library, engine, ticker: EMPTY, now: () => 0 },
    progress: new ProgressStore(folder),
    ...{ bindings: bindingsOf(), theme: themeOf(), size: sizeOf(80, 24) },
    ...{ clip: () => {}, suspend: () => {}, redraw: () => {}, exit: () => {}, fail: () => {} },
  });
  stage.onChange = () => void linesOf(stage);
  return stage;
}

function linesOf(stage: Stage): readonly string[] {
  const shown = shownOn(stage);
  if (!shown) return [];
  stage.keys.listen({ ...shown.ask, why: shown.ask.why ?? (() => null) });
  return frameLines(shown.props, shown.ask);
}

async function settled(stage: Stage): Promise<void> {
  while (BUSY.test(stage.visit?.step ?? '')) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Every picture by file name, drawn by the screens themselves while one exercise is played with keys. */
export async function pictures(): Promise<ReadonlyMap<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'brownout-pictures-'));
  const stage = stageIn(folder);
  const drawn = new Map<string, string>();
  try {
    stage.open(findExercise(EXERCISE), { start: 'watch' });
    await settled(stage);
    for (const { file, about, columns, rows, keys } of scenes) {
      stage.resize(sizeOf(columns, rows));
      for (const key of keys) {
        stage.press(key);
        await settled(stage);
      }
      drawn.set(file, await svgOf(linesOf(stage), columns, about));
    }
  } finally {
    stage.quit(0);
    rmSync(folder, { recursive: true, force: true });
  }
  return drawn;
}
