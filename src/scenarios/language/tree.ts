import type { Span } from './source.ts';

/** A value with the place it was written at; merges and patterns keep places, so errors point at the right line. */
export type Node = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly at: Span;
  readonly value: string | number | boolean | null;
}

export interface ListNode {
  readonly kind: 'list';
  readonly at: Span;
  readonly items: readonly Node[];
}

export interface MapNode {
  readonly kind: 'map';
  readonly at: Span;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** A value in a map, and where its key stands. */
export interface Entry {
  readonly key: Span;
  readonly value: Node;
}

/** Steps from the root of a tree to one of its parts. */
export type Path = readonly (string | number)[];

export const scalar = (value: ScalarNode['value'], at: Span): ScalarNode => ({ kind: 'scalar', at, value });

export const mapOf = (at: Span, entries: Iterable<readonly [string, Entry]> = []): MapNode => ({
  kind: 'map',
  at,
  entries: new Map(entries),
});

/** The map's value under a key. */
export function get(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === 'map' ? node.entries.get(key)?.value : undefined;
}

/** The value under a chain of keys. */
export function getIn(node: Node | undefined, path: readonly string[]): Node | undefined {
  let here = node;
  for (const key of path) here = get(here, key);
  return here;
}

/** The map with one entry set, in its place if the key was there, else at the end. */
function withEntry(map: MapNode, key: string, entry: Entry): MapNode {
  const entries = new Map(map.entries);
  entries.set(key, entry);
  return { ...map, entries };
}

/** The map without some keys. */
export function without(map: MapNode, ...keys: readonly string[]): MapNode {
  const entries = new Map(map.entries);
  for (const key of keys) entries.delete(key);
  return entries.size === map.entries.size ? map : { ...map, entries };
}

/** The map with each value changed by `change`; where that gives nothing, the entry goes. */
export function mapEntries(map: MapNode, change: (value: Node, key: string) => Node | undefined): MapNode {
  const entries = new Map<string, Entry>();
  for (const [key, entry] of map.entries) {
    const value = change(entry.value, key);
    if (value !== undefined) entries.set(key, value === entry.value ? entry : { ...entry, value });
  }
  return { ...map, entries };
}

/** The map with the value under one key changed by `change`, if there is one. */
export function changeAt(node: Node, key: string, change: (value: Node) => Node): Node {
  if (node.kind !== 'map') return node;
  const entry = node.entries.get(key);
  if (!entry) return node;
  const value = change(entry.value);
  return value === entry.value ? node : withEntry(node, key, { ...entry, value });
}

/** The map with each value under one key changed, such as every service under `services`. */
export function changeEach(node: Node, key: string, change: (value: Node, key: string) => Node): Node {
  return changeAt(node, key, (inner) => (inner.kind === 'map' ? mapEntries(inner, change) : inner));
}

/** Wraps a value in maps, one for each key, all placed where the value's address was written. */
export function nest(path: readonly string[], value: Node, at: Span): Node {
  return path.reduceRight<Node>((inner, key) => mapOf(at, [[key, { key: at, value: inner }]]), value);
}

/** The tree as plain data, without places. */
export function plain(node: Node): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plain);
    case 'map': {
      const object: Record<string, unknown> = {};
      for (const [key, { value }] of node.entries) object[key] = plain(value);
      return object;
    }
  }
}

/** What a path leads to: the deepest part that exists, with the span of its key where it has one. */
export interface Located {
  readonly node: Node;
  readonly key?: Span;
  /** False where the path goes on beyond the tree. */
  readonly whole: boolean;
}

/** Follows a path as far as it goes. */
export function locate(root: Node, path: Path): Located {
  let node = root;
  let key: Span | undefined;
  for (const step of path) {
    const entry: Entry | undefined = node.kind === 'map' ? node.entries.get(String(step)) : undefined;
    const item: Node | undefined =
      entry?.value ?? (node.kind === 'list' ? node.items[Number(step)] : undefined);
    if (item === undefined) return { node, whole: false, ...(key ? { key } : {}) };
    node = item;
    key = entry?.key;
  }
  return { node, whole: true, ...(key ? { key } : {}) };
}
