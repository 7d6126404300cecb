import { wrap } from '../plain/text.ts';

/** Version of the shapes that `--json` prints; raised only when a field changes its meaning or goes. */
export const JSON_FORMAT = 1;

/** What a command prints: sentences for people, or one JSON document for programs. */
export interface Output {
  /** True: only `document` prints. */
  readonly json: boolean;
  /** Sentences, in lines of at most 80 columns. */
  say(text: string): void;
  /** Text that must keep its lines. */
  show(text: string): void;
  /** The result for programs; nothing where people read. */
  document(kind: string, content: Readonly<Record<string, unknown>>): void;
  /** Something beside the result: a notice, progress. Never in the way of a pipe. */
  aside(text: string): void;
}

/** Prints to the standard streams. */
export function standardOutput(json: boolean): Output {
  const write = (text: string) => process.stdout.write(`${text}\n`);
  return {
    json,
    say: (text) => void (json || write(wrap(text))),
    show: (text) => void (json || write(wrap(text, Number.POSITIVE_INFINITY))),
    document: (kind, content) =>
      void (json && write(JSON.stringify({ format: JSON_FORMAT, kind, ...content }, null, 2))),
    aside: (text) => void process.stderr.write(`${wrap(text)}\n`),
  };
}
