import type { Span } from './source.ts';

/** A part of an expression as a part of the document, where the text stands there as it is. */
export function part(at: Span, source: string, start: number | undefined, end: number | undefined): Span {
  const offset = at.source.text.slice(at.start, at.end).indexOf(source);
  if (start === undefined || end === undefined || offset < 0) return at;
  const from = at.start + offset + start;
  return { source: at.source, start: from, end: Math.max(from + 1, at.start + offset + end) };
}
