import type { MapNode, Node } from './language/tree.ts';

/**
 * Applies a JSON Merge Patch (RFC 7396): maps merge, null deletes, everything else replaces.
 *
 * A key that was there keeps its place, a new one goes to the end. Values keep the place they were written at; a map
 * whose own keys the patch added or removed counts as written by the patch, so that what is then missing in it, or
 * too much, is shown there.
 */
export function mergePatch(target: Node | undefined, patch: Node, path: readonly string[] = []): Node {
  if (patch.kind !== 'map') return patch;
  const base: MapNode = target?.kind === 'map' ? target : { kind: 'map', at: patch.at, entries: new Map() };
  const entries = new Map(base.entries);
  let reshaped = false;
  for (const [key, entry] of patch.entries) {
    const before = entries.get(key);
    if (entry.value.kind === 'scalar' && entry.value.value === null) {
      if (entries.delete(key)) reshaped = true;
      continue;
    }
    if (!before) reshaped = true;
    // Versions and what a plan does are patches themselves: what they delete they delete later.
    const isPatch = key === 'versions' || (key === 'patch' && path.at(-2) === 'plan');
    const value = isPatch
      ? patched(before?.value, entry.value)
      : mergePatch(before?.value, entry.value, [...path, key]);
    entries.set(key, { key: before && value.kind === 'map' ? before.key : entry.key, value });
  }
  return { kind: 'map', at: reshaped ? patch.at : base.at, entries };
}

const patched = (before: Node | undefined, patch: Node): Node => (before ? composed(before, patch) : patch);

/** Merges maps over one another, the later over the earlier; absent ones are skipped. */
export function layered(layers: readonly (Node | undefined)[]): Node | undefined {
  return layers.reduce<Node | undefined>(
    (under, over) => (over ? mergePatch(under, over) : under),
    undefined,
  );
}

/** Two patches as one: like a merge, but a null stays, since it still has to delete. */
export function composed(first: Node, second: Node): Node {
  if (first.kind !== 'map' || second.kind !== 'map') return second;
  const entries = new Map(first.entries);
  for (const [key, entry] of second.entries) {
    const before = entries.get(key);
    entries.set(key, before ? { key: entry.key, value: composed(before.value, entry.value) } : entry);
  }
  return { ...second, entries };
}
