import { constants } from 'node:os';
import { copySequence, ENTER, LEAVE } from './codes.ts';

/** The part of an output stream that is drawn on. */
type Out = Pick<NodeJS.WriteStream, 'write' | 'columns' | 'rows' | 'on' | 'off'>;
/** The part of an input stream that keys come from. */
type In = Pick<NodeJS.ReadStream, 'setRawMode' | 'isTTY'>;

const DEADLY = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

/** Milliseconds after which a program that runs on has not been stopped. */
const STOPPED_BY_NOW = 200;

/** What the program wants to know of its terminal. */
interface Watchers {
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
  #onSignal: () => void = () => {};
  #onResume: () => void = () => {};
  readonly #ends: (() => void)[] = [];

  constructor(out: Out, input: In) {
    this.#out = out;
    this.#in = input;
  }

  /** Takes the screen, which is empty then. */
  enter(): void {
    this.#take();
    const atExit = () => this.#give();
    process.on('exit', atExit);
    this.#ends.push(() => process.off('exit', atExit));
    for (const signal of DEADLY) {
      const end = () => {
        this.#onSignal();
        this.leave();
        process.exit(128 + constants.signals[signal]);
      };
      process.on(signal, end);
      this.#ends.push(() => process.off(signal, end));
    }
  }

  /** Watches over the screen from now on. */
  watch({ onResize, onSignal, onResume }: Watchers): void {
    this.#onSignal = onSignal;
    this.#onResume = onResume;
    this.#out.on('resize', onResize);
    const resumed = () => this.#resumed();
    process.on('SIGCONT', resumed);
    this.#ends.push(
      () => this.#out.off('resize', onResize),
      () => process.off('SIGCONT', resumed),
    );
  }

  /** Gives the terminal back, and stops watching it. */
  leave(): void {
    this.#give();
    for (const end of this.#ends.splice(0)) end();
  }

  /**
   * Hands over to the shell; `fg` comes back.
   *
   * Whoever has started the program, as npx does, is stopped with it, or the shell would wait. Where no shell can bring
   * it back, the system stops nothing, and the screen is taken again.
   */
  suspend(): void {
    if (process.platform === 'win32') return;
    this.#in.setRawMode?.(false);
    this.#give();
    process.kill(0, 'SIGTSTP');
    setTimeout(() => this.#resumed(), STOPPED_BY_NOW);
  }

  #resumed(): void {
    if (this.#ours) return;
    this.#in.setRawMode?.(true);
    this.#take();
    this.#onResume();
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
