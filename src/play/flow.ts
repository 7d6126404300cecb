import { fromPromise } from 'xstate';
import type { Engine } from './engine.ts';
import { flowMachine } from './flow.machine.ts';

/** How a front end watches long work. */
export interface FlowWatch {
  readonly onProgress?: (done: number, total: number) => void;
}

/** The machine with an engine behind it. */
export function flowWith(engine: Engine, { onProgress }: FlowWatch = {}) {
  return flowMachine.provide({
    actors: {
      observe: fromPromise(async ({ input, signal }) => engine.observe(input, signal)),
      explain: fromPromise(async ({ input }) => engine.explain(input)),
      whatIf: fromPromise(async ({ input: { cause, observation }, signal }) => ({
        ...cause,
        whatIf: await engine.whatIf(observation.ask, cause.check.id, signal),
      })),
      grade: fromPromise(({ input, signal }) =>
        engine.grade({ ...input, signal, ...(onProgress && { onProgress }) }),
      ),
      compare: fromPromise(({ input, signal }) =>
        engine.compare({ ...input, signal, ...(onProgress && { onProgress }) }),
      ),
    },
  });
}
