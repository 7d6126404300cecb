/** A text that documents are read from. */
export interface Source {
  /** The file's path, as the person gave it. */
  readonly name: string;
  readonly text: string;
}

/** A stretch of a source: offsets from 0, `end` exclusive. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** Where a span begins, as editors count. */
export interface Position {
  readonly line: number;
  readonly column: number;
  /** Characters to mark: no further than the end of the line. */
  readonly length: number;
  readonly excerpt: string;
}

const starts = new WeakMap<Source, readonly number[]>();

/** Offsets at which the lines of a source begin. */
function lineStarts(source: Source): readonly number[] {
  let known = starts.get(source);
  if (!known) {
    const found = [0];
    for (let at = source.text.indexOf('\n'); at >= 0; at = source.text.indexOf('\n', at + 1))
      found.push(at + 1);
    known = found;
    starts.set(source, known);
  }
  return known;
}

/** Line and column of a span, and its line's text. */
export function positionOf({ source, start, end }: Span): Position {
  const lines = lineStarts(source);
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lines[middle] as number) <= start) low = middle;
    else high = middle - 1;
  }
  const from = lines[low] as number;
  const next = lines[low + 1];
  const excerpt = source.text.slice(from, next === undefined ? undefined : next - 1).replace(/\r$/, '');
  const length = Math.max(1, Math.min(end, from + excerpt.length) - start);
  return { line: low + 1, column: start - from + 1, length, excerpt };
}
