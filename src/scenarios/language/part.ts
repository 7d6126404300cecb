import type { Span } from './source.ts';

/** A part of an expression as a part of the document, where the text stands there as it is. */
export function part(at: Span, source: string, start: number | undefined, end: number | undefined): Span {
  const offset = at.source.text.slice(at.start, at.end).indexOf(source);
  if (start === undefined || end === undefined || offset < 0) return at;
  const from = at.start + offset + start;
  return { source: at.source, start: from, end: Math.max(from + 1, at.start + offset + end) };
}

/**
 * A place in a text that stands in the document over several lines (YAML's `|`), or as it is. `offset` null, or a place
 * that cannot be found: all of it.
 */
export function placeInText(at: Span, text: string, offset: number | null): Span {
  if (offset === null) return at;
  const raw = at.source.text.slice(at.start, at.end);
  if (raw.includes(text)) return part(at, text, offset, offset + 1);
  const before = text.slice(0, offset).split('\n');
  const line = text.split('\n')[before.length - 1] ?? '';
  // The first line holds the bar; the others are the text's, each indented by as much.
  const lines = raw.split('\n');
  const indented = lines[before.length]?.indexOf(line) ?? -1;
  if (!raw.startsWith('|') || indented < 0) return at;
  const lineStart = lines.slice(0, before.length).reduce((sum, { length }) => sum + length + 1, 0);
  const start = at.start + lineStart + indented + (before.at(-1) ?? '').length;
  return { source: at.source, start, end: start + 1 };
}
