import { CANCELLED } from '../../grpc/status.ts';
import { DEADLINE, DONE, type Outcome } from '../../outcome.ts';
import type { Node } from '../modify.ts';

/** One after another; the first failure ends it. A propagated deadline stops it between two steps. */
export function inSequence(nodes: readonly Node[]): Node {
  return function* sequence(frame) {
    let last: Outcome = DONE;
    for (const node of nodes) {
      if (frame.now >= frame.request.deadline && !frame.transaction) return DEADLINE;
      if (frame.request.cancellation?.reason && !frame.transaction) return CANCELLED;
      last = yield* node(frame);
      if (!last.ok) return last;
    }
    return last;
  };
}
