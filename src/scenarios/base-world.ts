import { nearest } from '../sim/expression/suggest.ts';
import { assetNames, readAsset } from './assets.ts';
import { readDocument } from './document.ts';
import { keepable, keepOnly } from './keep.ts';
import { ProblemList } from './language/problem-list.ts';
import { get, type MapNode, type Node, without } from './language/tree.ts';
import { mergePatch } from './merge.ts';
import { expandWorld } from './short-forms.ts';

/** A base world as its file has it, short forms written in full. */
export interface BaseWorld {
  readonly text: string;
  readonly world: MapNode;
  /** Its library of checks. */
  readonly checks: Node | undefined;
}

const read = new Map<string, BaseWorld>();

/** Reads a base world that comes with the program; undefined where there is none of that name. */
export function baseWorld(name: string): BaseWorld | undefined {
  const known = read.get(name);
  if (known) return known;
  const asset = readAsset('worlds', name);
  if (!asset) return undefined;
  const problems = new ProblemList();
  const root = readDocument(asset.text, asset.file, problems);
  problems.throwIfAny();
  const world = expandWorld(without(root as MapNode, 'format', 'world', 'checks')) as MapNode;
  const made = { text: asset.text, world, checks: get(root, 'checks') };
  read.set(name, made);
  return made;
}

/** An exercise's world before any option, and where it comes from. */
export interface StartingWorld {
  readonly world: Node;
  readonly base: BaseWorld | undefined;
  readonly notes: readonly string[];
}

const names = (node: Node | undefined): { name: string; at: Node['at'] }[] =>
  node?.kind === 'list'
    ? node.items.flatMap((item) =>
        item.kind === 'scalar' ? [{ name: String(item.value), at: item.at }] : [],
      )
    : [];

/** Merges an exercise's world over what it uses and keeps of a base world. */
export function startingWorld(document: Node, problems: ProblemList): StartingWorld {
  const own = expandWorld(document.kind === 'map' ? without(document, 'use', 'keep', 'stub') : document);
  const use = get(document, 'use');
  if (use?.kind !== 'scalar') {
    for (const key of ['keep', 'stub']) {
      const entry = document.kind === 'map' ? document.entries.get(key) : undefined;
      if (entry)
        problems.add({
          code: 'exercise/keep',
          at: entry.key,
          message: `\`${key}\` chooses from a base world, and there is none.`,
          fix: 'write `use: store` before it',
        });
    }
    return { world: mergePatch(undefined, own), base: undefined, notes: [] };
  }
  const base = baseWorld(String(use.value));
  if (!base) {
    const known = assetNames('worlds');
    const near = nearest(String(use.value), known);
    problems.add({
      code: 'exercise/unknown-world',
      at: use.at,
      message: `There is no base world \`${use.value}\`.${near ? ` Did you mean \`${near}\`?` : ''}`,
      fix: `there are: ${known.join(' ')}`,
    });
    return { world: mergePatch(undefined, own), base: undefined, notes: [] };
  }
  const keep = names(get(document, 'keep'));
  const stub = names(get(document, 'stub'));
  if (get(document, 'keep') === undefined && stub.length === 0)
    return { world: mergePatch(base.world, own), base, notes: [] };
  const all = keepable(base.world);
  const kept = get(document, 'keep') === undefined ? all : keep.map(({ name }) => name);
  const { world, dropped } = keepOnly(
    base.world,
    kept,
    stub.map(({ name }) => name),
  );
  for (const { name, at } of [...keep, ...stub]) {
    if (all.includes(name)) continue;
    const near = nearest(name, all);
    problems.add({
      code: 'exercise/unknown-kept',
      at,
      message: `The base world has no \`${name}\` to keep.${near ? ` Did you mean \`${near}\`?` : ''}`,
      fix: near ? `write \`${near}\`` : `it has: ${all.join(' ')}`,
    });
  }
  const notes =
    dropped.length === 0
      ? []
      : [
          `\`keep\` dropped ${dropped.length} steps, routes and consumers that name something else: ${dropped.join(' ')}`,
        ];
  return { world: mergePatch(world, own), base, notes };
}
