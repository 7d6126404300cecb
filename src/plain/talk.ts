import { createInterface, type Interface } from 'node:readline';
import { wrap } from '../words/text.ts';

/** A conversation in lines of text: all that plain mode needs of a terminal. */
export interface Talk {
  /** Prints text in lines of at most 80 columns. */
  say(text: string): void;
  /** Prints text that must keep its lines, such as a diagram or a piece of YAML. */
  show(text: string): void;
  /** Asks for one line. Throws EndOfInput where there is none, Interrupted on Ctrl-C. */
  ask(): Promise<string>;
  /** Ends the conversation. */
  close(): void;
}

/** There is no more input; the program ends well. */
export class EndOfInput extends Error {
  override readonly name = 'EndOfInput';
}

/** The person pressed Ctrl-C; the program ends with 130. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

const PROMPT = '> ';

/**
 * A conversation on a terminal, or on pipes.
 *
 * Lines are read as the terminal gives them, so nothing moves the cursor, and what a person typed ahead is kept.
 */
export class StreamTalk implements Talk {
  readonly #output: NodeJS.WritableStream;
  readonly #lines: string[] = [];
  readonly #reader: Interface;
  #ended = false;
  #waiting: { resolve(line: string): void; reject(error: Error): void } | null = null;

  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
    this.#output = output;
    this.#reader = createInterface({ input, terminal: false, crlfDelay: Number.POSITIVE_INFINITY });
    this.#reader.on('line', (line) => this.#hear(line));
    this.#reader.on('close', () => {
      this.#ended = true;
      this.#waiting?.reject(new EndOfInput('end of input'));
      this.#waiting = null;
    });
  }

  say(text: string): void {
    this.#output.write(`${wrap(text)}\n`);
  }

  show(text: string): void {
    this.#output.write(`${wrap(text, Number.POSITIVE_INFINITY)}\n`);
  }

  ask(): Promise<string> {
    this.#output.write(PROMPT);
    const line = this.#lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    if (this.#ended) return Promise.reject(new EndOfInput('end of input'));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** Breaks off the question that is open; false where none is. */
  interrupt(): boolean {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(new Interrupted('interrupted'));
    return waiting !== null;
  }

  close(): void {
    this.#reader.close();
  }

  #hear(line: string): void {
    if (this.#waiting) {
      this.#waiting.resolve(line);
      this.#waiting = null;
    } else this.#lines.push(line);
  }
}
