/** Something in a person's input that cannot be used: where it is, what was expected, and what to do. */
export interface Problem {
  /** A readable path such as `world/unknown-key`; permanent once released. */
  readonly code: string;
  /** The file's path or the text's name; empty where the problem is in no text. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** Characters to mark, at least 1. */
  readonly length: number;
  /** What was found and what was expected. */
  readonly message: string;
  /** What to do, naming the valid choices. */
  readonly fix?: string;
  /** The line of the text, without its end. */
  readonly excerpt?: string;
}

/** Characters of a line that are shown; longer ones are cut around the mark. */
const SHOWN = 100;

/** A problem as people read it: place, code, the line with a mark under what is meant, message and fix. */
export function formatProblem(problem: Problem): string {
  const place = problem.file === '' ? '' : `${problem.file}:${problem.line}:${problem.column}  `;
  const lines = [`${place}${problem.code}`];
  if (problem.excerpt !== undefined) {
    const number = `${problem.line}`.padStart(4);
    const { text, before, marked } = cut(problem.excerpt, problem.column - 1, problem.length);
    lines.push(
      `${number} | ${text}`,
      `${' '.repeat(number.length)} | ${' '.repeat(before)}${'^'.repeat(marked)}`,
    );
  }
  lines.push(problem.message);
  if (problem.fix !== undefined) lines.push(`fix: ${problem.fix}`);
  return lines.join('\n');
}

/** The part of a line worth showing, with nothing in it that a terminal would obey. */
function cut(line: string, start: number, length: number): { text: string; before: number; marked: number } {
  const from = start > SHOWN - 20 ? start - 40 : 0;
  const shown = line.slice(from, from + SHOWN);
  const head = from > 0 ? '…' : '';
  const tail = from + SHOWN < line.length ? '…' : '';
  const before = start - from;
  const marked = Math.max(1, Math.min(length, shown.length - before));
  return { text: head + printable(shown) + tail, before: before + head.length, marked };
}

/** Text with each control character replaced by one visible sign, so that columns stay where they are. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\u00b7');
}

/** A document that cannot be used; carries all its problems, in the order of the file. */
export class ProblemsError extends Error {
  override readonly name = 'ProblemsError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n\n'));
    this.problems = problems;
  }
}

/** A command that was not understood: a wrong name or argument. The program ends with 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
