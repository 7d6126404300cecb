import { UsageError } from '../../problems.ts';
import { RESERVED_KEYS } from './limits.ts';
import type { Source, Span } from './source.ts';
import { type Entry, mapOf, type Node, scalar } from './tree.ts';

/** A tree of plain data, for patches that were written in no file; every part stands at the start of a text of its own. */
export function fromPlain(value: unknown, name: string): Node {
  const source: Source = { name, text: JSON.stringify(value) ?? '' };
  return convert(value, { source, start: 0, end: Math.min(60, source.text.length) });
}

function convert(value: unknown, at: Span): Node {
  if (Array.isArray(value)) return { kind: 'list', at, items: value.map((item) => convert(item, at)) };
  if (typeof value === 'object' && value !== null) {
    const reserved = Object.keys(value).find((key) => RESERVED_KEYS.has(key));
    if (reserved !== undefined) throw new UsageError(`A patch may not hold the key \`${reserved}\`.`);
    return mapOf(
      at,
      Object.entries(value).map(([key, inner]): [string, Entry] => [
        key,
        { key: at, value: convert(inner, at) },
      ]),
    );
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return scalar(value, at);
  return scalar(null, at);
}
