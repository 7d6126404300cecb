import { EvaluationProblem } from '../expression/expression.ts';
import type { Value } from '../expression/value.ts';
import type { Process } from '../kernel/process.ts';
import { Signal } from '../kernel/signal.ts';
import { type Outcome, success } from '../outcome.ts';
import type { StepContext } from './act.ts';
import type { Frame } from './frame.ts';
import type { Node } from './modify.ts';

/** Elements at most. */
const LIMIT = 10_000;

interface Round {
  next: number;
  left: number;
  readonly list: readonly Value[];
  readonly results: Value[];
  readonly ended: Signal<Outcome>;
}

/** Takes elements until none is left or one has failed. */
function* worker(node: Node, frame: Frame, round: Round): Process {
  while (round.next < round.list.length && !round.ended.settled) {
    const index = round.next++;
    const element = frame.element(round.list[index], index);
    const outcome = yield* node(element);
    frame.cause = element.cause;
    if (!outcome.ok) {
      round.ended.resolve(outcome);
      return;
    }
    round.results[index] = outcome.value;
    if (--round.left === 0) round.ended.resolve(success(round.results));
  }
}

/** Runs a step once for each element, `concurrency` at a time; its result is the list of results. */
export function forEach(
  node: Node,
  source: string,
  concurrency: number,
  { system, place, formulas }: StepContext,
): Node {
  const formula = formulas.compile(source, `${place.text}.forEach`);
  return function* repeated(frame) {
    const list = formula.value(frame);
    if (!Array.isArray(list)) throw new EvaluationProblem(`forEach takes a list: ${source}`);
    if (list.length > LIMIT)
      throw new EvaluationProblem(`forEach takes at most ${LIMIT} elements, not ${list.length}`);
    if (list.length === 0) return success([]);
    const round: Round = {
      next: 0,
      left: list.length,
      list,
      results: [],
      ended: new Signal<Outcome>(system.sim),
    };
    if (concurrency === 1 || frame.transaction) {
      yield* worker(node, frame, round);
      return round.ended.value as Outcome; // one worker ends only when the round has
    }
    for (let i = 0; i < Math.min(concurrency, list.length); i++) {
      frame.host.scope.spawn(worker(node, frame, round));
    }
    return yield* round.ended.wait();
  };
}
