import { type Document, isScalar, visit, type YAMLParseError } from 'yaml';
import type { Finding } from './problem-list.ts';
import type { Source } from './source.ts';

type Wording = readonly [message: string, fix?: string];

/** The parser's complaints in plain words, by its code. */
const WORDINGS: Readonly<Record<string, Wording>> = {
  TAB_AS_INDENT: ['A tab stands where the line is indented.', 'indent with spaces'],
  BLOCK_AS_IMPLICIT_KEY: [
    'A colon and a space begin a new key, which cannot stand inside a value.',
    'put the whole value in quotes',
  ],
  MULTILINE_IMPLICIT_KEY: [
    'A key must stand on one line.',
    'check the indentation of this line and the one before',
  ],
  MULTIPLE_DOCS: ['The file holds more than one document.', 'remove the `---` and what follows it'],
  BAD_SCALAR_START: ['A text cannot begin with this character.', 'put the text in quotes'],
  BAD_DQ_ESCAPE: [
    'This backslash escape is unknown.',
    'use single quotes, in which a backslash means itself',
  ],
  KEY_OVER_1024_CHARS: ['A key may have 1024 characters at most.'],
  BAD_ALIAS: ['An alias needs a name after the star.', 'if the text begins with a star, put it in quotes'],
  BLOCK_IN_FLOW: ['A list with dashes or a map over several lines cannot stand inside { } or [ ].'],
};

/** A parser's complaint as a problem. */
export function reworded(error: YAMLParseError, document: Document, source: Source): Finding {
  const unclosed =
    error.code === 'MISSING_CHAR' && error.message.includes('quote')
      ? openQuote(document, error.pos[0])
      : undefined;
  const found = unclosed ?? Math.min(error.pos[0], source.text.length);
  const start = found + (/^[ ]*/.exec(source.text.slice(found))?.[0].length ?? 0);
  const at = { source, start, end: Math.max(start + 1, error.pos[1]) };
  const [message, fix] = WORDINGS[error.code] ?? fromText(error);
  return { code: 'document/yaml', at, message, fix };
}

/** Where the text begins whose closing quote was not found by `end`: it swallowed everything after it. */
function openQuote(document: Document, end: number): number | undefined {
  let start: number | undefined;
  visit(document, {
    Scalar(_key, node) {
      if (
        isScalar(node) &&
        node.range &&
        /^QUOTE/.test(node.type ?? '') &&
        node.range[0] < end &&
        node.range[1] >= end - 1
      )
        start = node.range[0];
    },
  });
  return start;
}

/** Wordings that depend on more than the code. */
function fromText({ code, message }: YAMLParseError): Wording {
  const text = message.replace(/ at line \d+.*$/s, '').replace(/:$/, '');
  if (code === 'BAD_INDENT' && text.startsWith('Flow sequence'))
    return ['A list that was opened with [ is not closed before here.', 'write the missing ]'];
  if (code === 'BAD_INDENT' && text.startsWith('Flow map'))
    return ['A map that was opened with { is not closed before here.', 'write the missing }'];
  if (code === 'BAD_INDENT')
    return ['This line is not indented like the ones it belongs to.', 'line it up with its neighbours'];
  if (code === 'MISSING_CHAR' && text.includes('quote'))
    return ['A text in quotes has no closing quote.', 'write the missing quote'];
  if (code === 'MISSING_CHAR' && text.includes('end with a }'))
    return ['A map that was opened with { is not closed.', 'write the missing }'];
  if (code === 'MISSING_CHAR' && text.includes('end with a ]'))
    return ['A list that was opened with [ is not closed.', 'write the missing ]'];
  return [`This is not valid YAML: ${text}.`];
}
