import type { World } from '../../sim/world/schema/world.ts';
import { checkCycles } from './call-cycles.ts';
import type { ProblemList } from './problem-list.ts';
import { checkReferences } from './references.ts';
import type { Node } from './tree.ts';
import { checkLimits } from './world-limits.ts';
import { WorldView } from './world-view.ts';

/** Looks at a world as a whole: limits, names, circles of calls. */
export function checkWorld(world: World, tree: Node, problems: ProblemList): void {
  const view = new WorldView(world, tree, problems);
  checkLimits(view);
  checkReferences(view);
  checkCycles(view);
}
