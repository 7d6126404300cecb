import { EventEmitter } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Terminal } from '@xterm/headless';
import { engine } from '../play/engine.ts';
import { ProgressStore } from '../progress/store.ts';
import { type Listed, listExercises, loadExercise, parseExercise } from '../scenarios/load.ts';
import { beginningOf } from './beginning.ts';
import { NO_CONFIG } from './config/config.ts';
import { openTui } from './index.tsx';
import { Painter } from './terminal/painter.ts';
import { Screen } from './terminal/screen.ts';
import { themeOf } from './theme/theme.ts';

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A terminal without a window, as an output stream: it keeps every chunk, and shows what a person would see. */
class TtyOut extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  readonly chunks: string[] = [];
  columns: number;
  rows: number;
  readonly terminal: Terminal;

  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
    this.terminal = new Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  }

  write(chunk: string, done?: () => void): boolean {
    this.chunks.push(chunk);
    this.terminal.write(chunk);
    if (done) setImmediate(done);
    return true;
  }

  resizeTo(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.terminal.resize(columns, rows);
    this.emit('resize');
  }
}

class TtyIn extends PassThrough {
  readonly isTTY = true;
  setRawMode(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

/** The whole interface on a terminal without a window, played with keys. */
export class Theater {
  readonly out: TtyOut;
  readonly ended: Promise<number>;
  readonly #in = new TtyIn();

  /** With exercises of its own it begins at their list, as for somebody who has been here. */
  constructor(columns: number, rows: number, exercises?: readonly Listed[]) {
    this.out = new TtyOut(columns, rows);
    const progress = new ProgressStore(mkdtempSync(join(tmpdir(), 'brownout-')));
    // Only what ink and the screen use of a terminal is there.
    const stdin = this.#in as unknown as NodeJS.ReadStream;
    const stdout = this.out as unknown as NodeJS.WriteStream;
    const screen = new Screen(stdout, stdin);
    screen.enter();
    if (exercises) progress.add({ type: 'hint', exercise: 'EX-0', rung: 1 });
    const listed = exercises ?? listExercises();
    const beginning = beginningOf(undefined, listed, progress.entries);
    this.ended = openTui({
      ...{ beginning, exercise: beginning === null ? null : loadExercise(beginning.path) },
      ...{ engine, exercises: listed, progress, config: NO_CONFIG, theme: themeOf(), stdin, stdout, screen },
      library: { load: loadExercise, read: parseExercise },
      painter: new Painter(),
    });
  }

  /** The lines as a person sees them. */
  lines(): string[] {
    const { active } = this.out.terminal.buffer;
    return Array.from(
      { length: this.out.rows },
      (_, row) => active.getLine(row)?.translateToString(true) ?? '',
    );
  }

  /** Waits until something is seen. */
  async see(what: string | RegExp): Promise<void> {
    for (let tries = 0; tries < 400; tries++) {
      const text = this.lines().join('\n');
      if (typeof what === 'string' ? text.includes(what) : what.test(text)) return;
      await pause(50);
    }
    throw new Error(`"${what}" was not seen:\n${this.lines().join('\n')}`);
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      this.#in.write(key);
      await pause(60);
    }
  }

  rest = pause;
}
