/** Columns of a line, at most. */
const WIDTH = 80;

// Escape sequences first, so that nothing of them is left; then every control character but the line feed, and the marks
// that turn the direction of writing.
const ESCAPES = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b./g;
const CONTROLS =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Text without anything that a terminal would obey: documents are written by other people. */
export function clean(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\t', ' ').replaceAll(ESCAPES, '').replaceAll(CONTROLS, '');
}

/**
 * Text in lines of at most `width` columns.
 *
 * A line that begins with spaces keeps them, also where it goes on; an empty line stays. A word longer than a line is
 * left whole, because a cut name cannot be copied.
 */
export function wrap(text: string, width = WIDTH): string {
  const lines = clean(text).split('\n');
  return lines.map((line, index) => wrapLine(line, width, isListed(lines, index))).join('\n');
}

/** Whether a line is one of several that are numbered on: a menu, and not a sentence that begins with a number. */
function isListed(lines: readonly string[], index: number): boolean {
  const number = numberOf(lines[index]);
  if (number === undefined) return false;
  for (const [step, next] of [
    [-1, number - 1],
    [1, number + 1],
  ] as const) {
    let other = index + step;
    while (lines[other] !== undefined && numberOf(lines[other]) === undefined && lines[other] !== '')
      other += step;
    if (numberOf(lines[other]) === next) return true;
  }
  return false;
}

function numberOf(line: string | undefined): number | undefined {
  const match = /^ *(\d+) /.exec(line ?? '');
  return match ? Number(match[1]) : undefined;
}

function wrapLine(line: string, width: number, listed: boolean): string {
  if (line.length <= width) return line.trimEnd();
  const indent = /^ */.exec(line)?.[0] ?? '';
  // What hangs under a number or a dash stands under its first word.
  const mark = (listed ? /^ *\d+ +/ : /^ *- +/).exec(line)?.[0] ?? indent;
  const hanging = ' '.repeat(Math.min(mark.length, width >> 1));
  const lines: string[] = [];
  let current = indent;
  let empty = true;
  for (const word of line.trim().split(/ +/)) {
    if (!empty && current.length + 1 + word.length > width) {
      lines.push(current);
      current = hanging;
      empty = true;
    }
    current += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, current].join('\n');
}

/** A text block of a document as paragraphs: single line ends were only the author's editor. */
export function paragraphs(text: string): string {
  return clean(text)
    .trim()
    .split(/\n{2,}/)
    .map((block) => (/^\s*(?:[-*] |\d+[.)] )/m.test(block) ? block : block.replaceAll(/\s*\n\s*/g, ' ')))
    .join('\n\n');
}

/** `one`, `one and two`, `one, two and three`. */
export function listed(items: readonly string[], last = 'and'): string {
  if (items.length <= 1) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${last} ${items.at(-1)}`;
}

/** `1 seed`, `2 seeds`; the plural may be given. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** A share from 0 to 1 in percent; 100 and 0 are said only where they are exact. */
export function percent(share: number): string {
  const rounded = Math.round(share * 1000) / 10;
  if (rounded === 100 && share < 1) return 'over 99.9 percent';
  if (rounded === 0 && share > 0) return 'under 0.1 percent';
  return `${rounded} percent`;
}

/** Text with a full stop at its end, and otherwise as it is: it may begin with a name. */
export function stopped(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /[.!?:]["')]?$/.test(trimmed) ? trimmed : `${trimmed}.`;
}

/** A sentence: a capital at its beginning, a full stop at its end. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  return stopped((trimmed[0] as string).toUpperCase() + trimmed.slice(1));
}
