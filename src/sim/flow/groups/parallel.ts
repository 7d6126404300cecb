import type { Process } from '../../kernel/process.ts';
import { Signal } from '../../kernel/signal.ts';
import { DONE, type Outcome } from '../../outcome.ts';
import type { System } from '../../system.ts';
import type { Frame } from '../frame.ts';
import type { Node } from '../modify.ts';

interface Group {
  left: number;
  readonly ended: Signal<Outcome>;
  cause: number;
}

/** Runs one branch and tells the group how it ended. */
function* branch(node: Node, frame: Frame, group: Group): Process {
  const outcome = yield* node(frame);
  group.left--;
  if (group.ended.settled) return;
  group.cause = frame.cause;
  if (!outcome.ok) group.ended.resolve(outcome);
  else if (group.left === 0) group.ended.resolve(DONE);
}

/** All at once. It ends when all have ended, or with the first failure; the others then run on, uncancelled. */
export function inParallel(nodes: readonly Node[], system: System): Node {
  return function* parallel(frame) {
    const group: Group = { left: nodes.length, ended: new Signal<Outcome>(system.sim), cause: frame.cause };
    for (const node of nodes) frame.host.scope.spawn(branch(node, frame.branch(), group));
    const outcome = yield* group.ended.wait();
    frame.cause = group.cause;
    return outcome;
  };
}
