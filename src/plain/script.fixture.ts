import { wrap } from '../words/text.ts';
import { EndOfInput, type Talk } from './talk.ts';

/** A conversation with somebody whose answers are known beforehand. */
export class ScriptTalk implements Talk {
  readonly #answers: string[];
  readonly #printed: string[] = [];

  constructor(answers: readonly string[]) {
    this.#answers = [...answers];
  }

  /** Everything printed, with each answer after its prompt, as a terminal shows it. */
  get text(): string {
    return this.#printed.join('\n');
  }

  /** Answers that nobody asked for. */
  get left(): number {
    return this.#answers.length;
  }

  say(text: string): void {
    this.#printed.push(wrap(text));
  }

  show(text: string): void {
    this.#printed.push(wrap(text, Number.POSITIVE_INFINITY));
  }

  async ask(): Promise<string> {
    const answer = this.#answers.shift();
    if (answer === undefined) throw new EndOfInput('the script is over');
    this.#printed.push(`> ${answer}`);
    return answer;
  }

  close(): void {}
}
