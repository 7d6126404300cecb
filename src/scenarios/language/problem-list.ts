import { type Problem, ProblemsError } from '../../problems.ts';
import { positionOf, type Span } from './source.ts';

/** What to tell about a place in a source. */
export interface Finding {
  readonly code: string;
  readonly at: Span;
  readonly message: string;
  readonly fix?: string | undefined;
}

/** What is being looked at: `with option b`, and where that is written. */
interface Context {
  readonly words: string;
  readonly at: Span;
}

const outside = ({ source, start }: Span, span: Span) =>
  source !== span.source || start < span.start || start >= span.end;

/** Collects problems while a document is read, so that all of them are told at once. */
export class ProblemList {
  readonly #found = new Map<string, { problem: Problem; order: number }>();
  readonly #files = new Map<string, number>();

  #told = 0;
  #context: Context | undefined;

  /** How often something was told so far, repetitions included: grows whenever something is wrong. */
  get told(): number {
    return this.#told;
  }

  /** Adds a problem, once: a mistake in the base is met again in every option. */
  add({ code, at, message, fix }: Finding): void {
    this.#told++;
    const { line, column, length, excerpt } = positionOf(at);
    const because = this.#context && outside(at, this.#context.at) ? ` (${this.#context.words})` : '';
    const file = at.source.name;
    const key = `${file}:${line}:${column}:${code}:${message}`;
    if (this.#found.has(key)) return;
    if (!this.#files.has(file)) this.#files.set(file, this.#files.size);
    const problem: Problem = {
      code,
      file,
      line,
      column,
      length,
      message: message + because,
      excerpt,
      ...(fix === undefined ? {} : { fix }),
    };
    this.#found.set(key, { problem, order: this.#found.size });
  }

  /** Says of problems that are found meanwhile elsewhere what led to them: an option can break what stands far away. */
  within<T>(context: Context, body: () => T): T {
    this.#context = context;
    try {
      return body();
    } finally {
      this.#context = undefined;
    }
  }

  /** All problems, file by file, each in the order of its lines. */
  inOrder(): readonly Problem[] {
    const file = (problem: Problem) => this.#files.get(problem.file) as number;
    return [...this.#found.values()]
      .sort(
        (a, b) =>
          file(a.problem) - file(b.problem) ||
          a.problem.line - b.problem.line ||
          a.problem.column - b.problem.column ||
          a.order - b.order,
      )
      .map(({ problem }) => problem);
  }

  /** Ends the reading if anything was found. */
  throwIfAny(): void {
    if (this.#told > 0) throw new ProblemsError(this.inOrder());
  }
}
