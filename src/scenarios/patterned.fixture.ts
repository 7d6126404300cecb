import { parse, stringify } from 'yaml';
import type { Run } from '../sim/run.ts';
import { SHOP, shop } from '../sim/testing.fixture.ts';
import { fromPlain } from './language/from-plain.ts';
import { ProblemList } from './language/problem-list.ts';
import { type Node, plain } from './language/tree.ts';
import { mergePatch } from './merge.ts';
import { expandPattern } from './patterns.ts';
import { expandWorld } from './short-forms.ts';

/** Runs the shop with a pattern on it; the worlds `after` are patches on what the pattern has made. */
export function patterned(
  name: string,
  args: object,
  worlds: readonly string[],
  after: readonly string[] = [],
): Run {
  const problems = new ProblemList();
  const node = fromPlain(args, 'args');
  const world = [SHOP, ...worlds]
    .map((text) => fromPlain(parse(text), 'world'))
    .reduce<Node>((base, patch) => mergePatch(base, patch), fromPlain({}, 'world'));
  const patch = expandPattern({ name, at: node.at, args: node }, world, problems);
  problems.throwIfAny();
  return shop(...worlds, stringify(plain(expandWorld(patch as Node))), ...after);
}
