import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import headless from '@xterm/headless';
import type { Reading } from './reading.ts';

/** What is started, and where. */
export interface Play {
  /** The program, and what watches it from inside (`probe.ts`), as files. */
  readonly program: string;
  readonly probe: string;
  /** Where each visit gets a home of its own, so that each is somebody's first. */
  readonly folder: string;
  readonly columns: number;
  readonly rows: number;
}

/** Milliseconds after which what should be seen will not be. */
const PATIENCE = 30_000;

/** The program at a terminal without a window: keys go in, and one sees what a person would see. */
export class Playhouse {
  readonly #child: ChildProcess;
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  readonly #begun = performance.now();
  /** When something was written last, in milliseconds after the start. */
  #changed = 0;
  #complaints = '';

  constructor({ program, probe, folder, columns, rows }: Play) {
    const home = mkdtempSync(join(folder, 'home-'));
    this.#terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
    this.#child = spawn(process.execPath, ['--expose-gc', '--import', pathToFileURL(probe).href, program], {
      env: {
        ...process.env,
        ...{ BROWNOUT_HOME: home, BENCH_SIZE: `${columns}x${rows}` },
        ...{ CI: 'false', TERM: 'xterm-256color', LANG: 'C.UTF-8', NO_COLOR: '', NO_MOTION: '' },
      },
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#changed = performance.now() - this.#begun;
      this.#terminal.write(chunk);
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#complaints += chunk.toString();
    });
  }

  get #text(): string {
    const { active } = this.#terminal.buffer;
    const lines = Array.from({ length: this.#terminal.rows }, (_, row) => active.getLine(row));
    return lines.map((line) => line?.translateToString(true) ?? '').join('\n');
  }

  /** Waits until something is seen, and says how many milliseconds after the start it was written. */
  async see(what: RegExp): Promise<number> {
    for (const end = performance.now() + PATIENCE; performance.now() < end; await passed(10))
      if (what.test(this.#text)) return this.#changed;
    throw new Error(`${what} was not seen:\n${this.#text}\n${this.#complaints}`);
  }

  press(key: string): void {
    this.#child.stdin?.write(key);
  }

  /** What has happened since the last reading. */
  async read(): Promise<Reading> {
    this.#child.send('read');
    const [reading] = await once(this.#child, 'message');
    return reading as Reading;
  }

  /** What happens in some milliseconds from now on. */
  async watch(milliseconds: number): Promise<Reading> {
    await this.read();
    await passed(milliseconds);
    return this.read();
  }

  async close(): Promise<void> {
    const gone = once(this.#child, 'close');
    this.#child.kill();
    await gone;
  }
}
