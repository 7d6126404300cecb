import { nearest } from '../../sim/expression/suggest.ts';
import { declareForms } from '../../sim/world/schema/common.ts';
import type { BaseWorld } from '../base-world.ts';
import { type Checks, check, checkForms, checkKindsOf } from '../judge/document.ts';
import { checksSchema } from '../schema-exercise.ts';
import { tellIssues } from './issues.ts';
import { LIMITS } from './limits.ts';
import type { ProblemList } from './problem-list.ts';
import { type Entry, get, mapOf, type Node, plain } from './tree.ts';

declareForms(check, (given) => {
  const [kind] = checkKindsOf(given);
  return kind && checkForms.get(kind);
});

/** The checks of an exercise, its own and those it takes from the base world, with the tree they were read from. */
export interface ReadChecks {
  readonly documents: Checks;
  readonly tree: Node;
}

/** Reads the checks; nothing where they are not right. */
export function checksOf(
  given: Node | undefined,
  base: BaseWorld | undefined,
  problems: ProblemList,
): ReadChecks | undefined {
  if (given?.kind !== 'map') return undefined;
  const entries = new Map<string, Entry>(used(given.entries.get('use')?.value, base, problems));
  for (const [id, entry] of given.entries) if (id !== 'use') entries.set(id, entry);
  const tree = { ...mapOf(given.at), entries };
  if (entries.size > LIMITS.checks)
    problems.add({
      code: 'limit/checks',
      at: given.at,
      message: `There are ${entries.size} checks; the limit is ${LIMITS.checks}.`,
    });
  if (given.entries.size === 0)
    problems.add({
      code: 'exercise/no-checks',
      at: given.at,
      message: 'An exercise needs at least one check: nothing could fail.',
    });
  const result = checksSchema.safeParse(plain(tree));
  if (!result.success) {
    tellIssues(result.error.issues, { root: tree, schema: checksSchema, area: 'check' }, problems);
    return undefined;
  }
  return { documents: result.data, tree };
}

/** Checks of the base world's library that `use` names. They count as written where they are named. */
function used(list: Node | undefined, base: BaseWorld | undefined, problems: ProblemList): [string, Entry][] {
  if (!list) return [];
  if (list.kind !== 'list') {
    problems.add({
      code: 'exercise/checks',
      at: list.at,
      message: '`use` is a list of checks of the base world, such as [charged-once, orders-slo].',
    });
    return [];
  }
  const library = base?.checks?.kind === 'map' ? base.checks.entries : new Map<string, Entry>();
  return list.items.flatMap((item): [string, Entry][] => {
    const name = item.kind === 'scalar' ? String(item.value) : '';
    const found = library.get(name);
    if (found) return [[name, { key: item.at, value: relocated(found.value, item.at) }]];
    const near = nearest(name, library.keys());
    problems.add({
      code: 'exercise/unknown-check',
      at: item.at,
      message: `The base world has no check \`${name}\`.${near ? ` Did you mean \`${near}\`?` : ''}`,
      fix:
        library.size > 0
          ? `it has: ${[...library.keys()].join(' ')}`
          : 'name a base world with `use: store` first',
    });
    return [];
  });
}

/** The same data, placed where it was asked for. */
function relocated(node: Node, at: Node['at']): Node {
  if (node.kind === 'map') {
    const entries = [...node.entries].map(([key, entry]): [string, Entry] => [
      key,
      { key: at, value: relocated(entry.value, at) },
    ]);
    return mapOf(at, entries);
  }
  return node.kind === 'list'
    ? { ...node, at, items: node.items.map((item) => relocated(item, at)) }
    : { ...node, at };
}

/** The value under a key of one check, for those who tell what is wrong with it. */
export const settingOf = (checks: ReadChecks, id: string, key: string): Node | undefined =>
  get(get(checks.tree, id), key);
