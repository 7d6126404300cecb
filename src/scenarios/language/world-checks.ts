import type { World } from '../../sim/world/schema/world.ts';
import { checkCycles } from './call-cycles.ts';
import type { ProblemList } from './problem-list.ts';
import { checkReferences } from './references.ts';
import type { Node } from './tree.ts';
import { checkLimits } from './world-limits.ts';

/** Looks at a world as a whole: limits, names, circles of calls. */
export function checkWorld(world: World, tree: Node, problems: ProblemList): void {
  checkLimits(world, tree, problems);
  checkReferences(world, tree, problems);
  checkCycles(world, tree, problems);
}
