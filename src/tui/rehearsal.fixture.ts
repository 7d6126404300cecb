import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EMPTY } from 'rxjs';
import { type Engine, engine } from '../play/engine.ts';
import { ProgressStore } from '../progress/store.ts';
import { compare } from '../scenarios/compare.ts';
import { grade } from '../scenarios/grade.ts';
import { findExercise, type Listed, listExercises, loadExercise, parseExercise } from '../scenarios/load.ts';
import { frameLines } from './frame.ts';
import { bindingsOf } from './keys/bindings.ts';
import { sizeOf } from './layout/size.ts';
import { bare } from './layout/text.ts';
import { shownOn } from './shown.ts';
import { Stage } from './stage.ts';
import { themeOf } from './theme/theme.ts';

/** Few seeds, and one after the other: enough to see every screen. */
const SEEDS = 3;

/** The first chapter: drawings of it stay as they are when the course grows. */
export const firstChapter = listExercises().filter(({ path }) => path.includes('01-first-failures'));

const library = { load: loadExercise, read: parseExercise };

const quick: Engine = {
  ...engine,
  grade: async ({ exercise, choices }) => grade(exercise, choices, { seeds: SEEDS }),
  compare: async ({ exercise, a, b }) => compare(exercise, a, b, { seeds: SEEDS }),
};

/** The stage without a terminal: keys go in, lines come out. */
export class Rehearsal {
  readonly stage: Stage;
  readonly copied: string[] = [];
  code: number | null = null;

  constructor(columns = 80, rows = 24, exercises: readonly Listed[] = firstChapter) {
    this.stage = new Stage({
      ...{ exercises, library, engine: quick, ticker: EMPTY, now: () => 0 },
      progress: new ProgressStore(mkdtempSync(join(tmpdir(), 'brownout-'))),
      ...{ bindings: bindingsOf(), theme: themeOf(), size: sizeOf(columns, rows) },
      clip: (text) => void this.copied.push(text),
      suspend: () => {},
      redraw: () => {},
      exit: (code) => {
        this.code = code;
      },
      fail: (error) => {
        throw error;
      },
    });
    this.stage.onChange = () => void this.coloured();
    this.coloured();
  }

  /** Opens an exercise on the run of the design as it stands. */
  async open(slug: string): Promise<void> {
    this.stage.open(findExercise(slug), { start: 'watch' });
    await this.settled();
  }

  /** What is on the screen, with its colours; empty where a component of its own is on. */
  coloured(): readonly string[] {
    const shown = shownOn(this.stage);
    const screen = this.stage.screen;
    this.stage.keys.listen(
      shown
        ? { ...shown.ask, why: shown.ask.why ?? (() => null) }
        : { screen, act: () => {}, why: () => null },
    );
    return shown ? frameLines(shown.props, shown.ask) : [];
  }

  lines(): string[] {
    return this.coloured().map((line) => bare(line).trimEnd());
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      this.stage.press(key);
      await this.settled();
    }
  }

  /** Waits for what was begun beside the learning loop. */
  async rest(): Promise<void> {
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Waits until the learning loop waits for a person. */
  async settled(): Promise<void> {
    while (
      this.stage.visit &&
      /^(running|grading|comparing|explaining\.(asking|wondering))$/.test(this.stage.visit.step)
    )
      await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
