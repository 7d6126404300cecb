import type { Place } from './exercise.ts';
import { LIMITS } from './language/limits.ts';
import type { ProblemList } from './language/problem-list.ts';
import { positionOf, type Span } from './language/source.ts';
import { type Entry, get, type Node, nest, without } from './language/tree.ts';
import { mergePatch } from './merge.ts';
import { expandPattern } from './patterns.ts';
import { expandWorld } from './short-forms.ts';

/** A span as line and column. */
export function placeOf(at: Span): Place {
  const { line, column } = positionOf(at);
  return { file: at.source.name, line, column };
}

/** Parts of a world that no option may change. */
const FIXED = ['externals'];

/**
 * The patches of an option, in the order in which they are applied: patterns, `patch`, `set`; short forms written out.
 *
 * Patterns are expanded against the world as it is before any option, since they look up what they are aimed at.
 */
export function optionPatches(
  option: Node,
  at: string | undefined,
  world: Node,
  problems: ProblemList,
): Node[] {
  if (option.kind !== 'map') return [];
  const patches: Node[] = [];
  let here = world;
  for (const [name, { key, value }] of entriesOf(get(option, 'pattern')).slice(0, LIMITS.patterns)) {
    const patch = expandPattern({ name, at: key, args: value }, here, problems);
    if (!patch) continue;
    patches.push(expandWorld(patch));
    here = mergePatch(here, patches.at(-1) as Node);
  }
  const patch = get(option, 'patch');
  if (patch?.kind === 'map') patches.push(expandWorld(patch));
  const set = option.entries.get('set');
  if (set && !isEmpty(set.value))
    patches.push(expandWorld(nest(at === undefined ? [] : at.split('/'), set.value, set.key)));
  return patches.map((made) => withoutFixed(made, problems));
}

/** `set: {}` changes nothing: nested at its address it could create something empty there. */
const isEmpty = (node: Node) => node.kind === 'map' && node.entries.size === 0;

const entriesOf = (node: Node | undefined): [string, Entry][] =>
  node?.kind === 'map' ? [...node.entries] : [];

function withoutFixed(patch: Node, problems: ProblemList): Node {
  if (patch.kind !== 'map') return patch;
  for (const part of FIXED) {
    const entry = patch.entries.get(part);
    if (entry)
      problems.add({
        code: 'exercise/option-on-external',
        at: entry.key,
        message: `An option cannot change \`${part}\`: the partners are not ours.`,
        fix: 'change how our services call them, or write the change into the exercise’s world',
      });
  }
  return without(patch, ...FIXED);
}

/** Applies patches one after the other. */
export const applied = (world: Node, patches: readonly Node[]): Node =>
  patches.reduce((under, over) => mergePatch(under, over), world);
