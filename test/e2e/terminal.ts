import { execFileSync, spawnSync } from 'node:child_process';
import { setTimeout as passed } from 'node:timers/promises';

/** Whether terminals can be had here: tmux draws them. */
export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

let opened = 0;

/** A real terminal of 80 columns and 24 lines, in which a program runs; afterwards it says `EXIT` and the exit code. */
export class Terminal {
  readonly #socket = `brownout-test-${process.pid}-${++opened}`;
  /** Lines that were there before the last thing was typed. */
  #seen = 0;

  constructor(folder: string, program: string, env: Readonly<Record<string, string>>) {
    const settings = Object.entries(env).map(([name, value]) => `${name}='${value}'`);
    const shown = ['-x', '80', '-y', '24', '-c', folder];
    this.#tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      ...shown,
      `env ${settings.join(' ')} ${program}; echo EXIT $?; sleep 600`,
    );
    this.#tmux('set-option', '-g', 'history-limit', '20000');
  }

  /** Everything that was printed so far. */
  get text(): string {
    return this.#tmux('capture-pane', '-p', '-J', '-S', '-', '-E', '-').replace(/\n+$/, '');
  }

  /** Types a line, and waits until the program has said something that matches. */
  async type(line: string, answer: RegExp): Promise<string> {
    this.#seen = this.text.split('\n').length - 1;
    this.enter(line);
    return this.says(answer);
  }

  /** Types a line, for whoever reads it. */
  enter(line: string): void {
    this.#tmux('send-keys', '-l', line);
    this.#tmux('send-keys', 'Enter');
  }

  /** Presses a key such as `C-c`. */
  press(key: string): void {
    this.#tmux('send-keys', key);
  }

  /** Waits until something matches in what came since the last line was typed. */
  async says(pattern: RegExp): Promise<string> {
    for (const end = Date.now() + 45_000; Date.now() < end; await passed(100)) {
      const since = this.text.split('\n').slice(this.#seen).join('\n');
      if (pattern.test(since)) return since;
    }
    throw new Error(`no ${pattern} within 45 s. The screen says:\n${this.text}`);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** Which screen is shown, and whether there is a cursor. */
  get modes(): string {
    const [alternate, cursor] = this.#tmux('display', '-p', '#{alternate_on} #{cursor_flag}')
      .trim()
      .split(' ');
    return `${alternate === '1' ? 'alternate' : 'normal'}, ${cursor === '1' ? 'cursor' : 'no cursor'}`;
  }

  /** Sends a signal to the program, which is the only child of the shell of the terminal. */
  kill(signal: 'TERM' | 'HUP'): void {
    const shell = this.#tmux('display', '-p', '#{pane_pid}').trim();
    const [child = ''] = execFileSync('pgrep', ['-P', shell], { encoding: 'utf8' }).trim().split('\n');
    process.kill(Number(child), `SIG${signal}`);
  }

  close(): void {
    spawnSync('tmux', ['-L', this.#socket, 'kill-server']);
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8' });
  }
}
