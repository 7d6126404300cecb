import { wrap } from '../words/text.ts';

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

/** A document as text, without any character that a terminal would obey: JSON leaves some of those as they are. */
export const jsonText = (document: object): string =>
  JSON.stringify(document, null, 2).replaceAll(
    /[\u007f-\u009f]/g,
    (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`,
  );

/** Prints to the standard streams. */
export function standardOutput(json: boolean): Output {
  const write = (text: string) => process.stdout.write(`${text}\n`);
  return {
    json,
    say: (text) => void (json || write(wrap(text))),
    show: (text) => void (json || write(wrap(text, Number.POSITIVE_INFINITY))),
    document: (kind, content) => void (json && write(jsonText({ format: JSON_FORMAT, kind, ...content }))),
    aside: (text) => void process.stderr.write(`${wrap(text)}\n`),
  };
}
