import { constants } from 'node:os';
import { copySequence, ENTER, LEAVE } from './codes.ts';

/** The part of an output stream that is drawn on. */
export type Out = Pick<NodeJS.WriteStream, 'write' | 'columns' | 'rows' | 'on' | 'off'>;
/** The part of an input stream that keys come from. */
export type In = Pick<NodeJS.ReadStream, 'setRawMode' | 'isTTY'>;

const DEADLY = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/** What the program wants to know of its terminal. */
export interface Watchers {
  readonly onResize: () => void;
  /** Told before the program ends because of a signal, to save what there is. */
  readonly onSignal: () => void;
  /** Told when somebody has come back from the shell. */
  readonly onResume: () => void;
}

/**
 * The other screen of a terminal, ours while the program runs.
 *
 * Whatever ends the program, the terminal is given back as it was: on every signal that asks for it, on a crash, and in
 * the end when the process exits.
 */
export class Screen {
  readonly #out: Out;
  readonly #in: In;
  #ours = false;
  readonly #ends: (() => void)[] = [];

  constructor(out: Out, input: In) {
    this.#out = out;
    this.#in = input;
  }

  enter({ onResize, onSignal, onResume }: Watchers): void {
    this.#take();
    const atExit = () => this.#give();
    process.on('exit', atExit);
    this.#out.on('resize', onResize);
    const resumed = () => {
      this.#in.setRawMode?.(true);
      this.#take();
      onResume();
    };
    process.on('SIGCONT', resumed);
    this.#ends.push(
      () => process.off('exit', atExit),
      () => this.#out.off('resize', onResize),
      () => process.off('SIGCONT', resumed),
    );
    for (const signal of DEADLY) {
      const end = () => {
        onSignal();
        this.leave();
        process.exit(128 + constants.signals[signal]);
      };
      process.on(signal, end);
      this.#ends.push(() => process.off(signal, end));
    }
  }

  /** Gives the terminal back, and stops watching it. */
  leave(): void {
    this.#give();
    for (const end of this.#ends.splice(0)) end();
  }

  /** Hands over to the shell; `fg` comes back. */
  suspend(): void {
    this.#in.setRawMode?.(false);
    this.#give();
    process.kill(process.pid, 'SIGTSTP');
  }

  copy(text: string): void {
    const sequence = copySequence(text);
    if (sequence !== undefined) this.#out.write(sequence);
  }

  #take(): void {
    if (this.#ours) return;
    this.#ours = true;
    this.#out.write(ENTER);
  }

  #give(): void {
    if (!this.#ours) return;
    this.#ours = false;
    this.#out.write(LEAVE);
  }
}
