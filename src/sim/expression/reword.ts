import type { ParseError } from '@marcbachmann/cel-js';
import { LIMITS } from './limits.ts';
import { ExpressionProblem } from './problem.ts';

/** Slips of the pen that other languages teach, matched at or just before the place the parser stopped. */
const SLIPS: readonly { readonly seen: RegExp; readonly say: string }[] = [
  { seen: /^=/, say: 'To compare, write `==`; to assign, there is no way: give each value its own field.' },
  { seen: /^&/, say: '"And" is written `&&`.' },
  { seen: /^\|/, say: '"Or" is written `||`.' },
  { seen: /^and\b/i, say: '"And" is written `&&`.' },
  { seen: /^or\b/i, say: '"Or" is written `||`.' },
  { seen: /^is\b/i, say: 'To compare, write `==`.' },
  { seen: /^[‘’“”`]/, say: 'Text stands in straight quotes: \'text\' or "text".' },
  { seen: /^[$#@]/, say: 'A name is written as it is, without a sign before it: request.order.' },
  { seen: /^;/, say: 'An expression is one value: leave out the semicolon.' },
  { seen: /^(ns|us|µs|ms|s|m|h|d)\b/, say: "A length of time is written duration('5s')." },
];

/** What the parser found wrong, in plain words and in its place. */
export function explain(error: ParseError, source: string): ExpressionProblem {
  const start = Math.min(error.range?.start ?? 0, source.length);
  const end = Math.min(Math.max(error.range?.end ?? start, start), source.length);
  return new ExpressionProblem(wording(error, source, start, end), start, end);
}

function wording(error: ParseError, source: string, start: number, end: number): string {
  const word = source.slice(start, Math.max(end, start + 1));
  switch (error.code) {
    case 'expected_token':
    case 'unexpected_token':
    case 'unexpected_character':
      return misplaced(error.summary, source, start, word);
    case 'unterminated_string':
    case 'unterminated_triple_quoted_string':
      return 'This text has no closing quote.';
    case 'newline_in_string':
      return 'Text in quotes ends on the line it begins on.';
    case 'invalid_integer':
    case 'invalid_hex_integer':
    case 'invalid_number':
    case 'invalid_exponent':
      return `\`${source.slice(start, end)}\` is not a number.`;
    case 'reserved_identifier':
      return `\`${word}\` is a reserved word and cannot be a name here.`;
    case 'invalid_macro_argument':
      return `A loop names its item with a plain word first: list.exists(item, item == request.order).`;
    case 'limit_exceeded':
      return error.summary.includes('maxDepth')
        ? `This expression is nested too deeply: the limit is ${LIMITS.depth} levels.`
        : 'This call has too many arguments.';
    default:
      return `\`${word}\` is not a known escape; a backslash itself is written \`\\\\\`.`;
  }
}

function misplaced(summary: string, source: string, start: number, word: string): string {
  const rest = source.slice(start);
  if (source.trim() === '') return 'There is no expression here.';
  const slip = SLIPS.find(({ seen }) => seen.test(rest));
  if (slip) return slip.say;
  const expected = /^Expected (\w+)/.exec(summary)?.[1];
  const wanted = expected === undefined ? undefined : WANTED.get(expected);
  if (rest === '') return `The expression ends too early: ${wanted ?? 'a value'} is missing.`;
  if (wanted !== undefined) return `\`${word}\` stands where ${wanted} should.`;
  if (summary.startsWith('Unexpected token')) return `\`${word}\` stands where a value should.`;
  return `\`${word}\` does not belong here; the expression could end before it.`;
}

const WANTED: ReadonlyMap<string, string> = new Map([
  ['RPAREN', 'a closing `)`'],
  ['RBRACKET', 'a closing `]`'],
  ['RBRACE', 'a closing `}`'],
  ['COLON', 'a `:`'],
  ['IDENTIFIER', 'the name of a field'],
]);
