import { aboutWhom } from '../calls/make-call.ts';
import type { Value } from '../expression/value.ts';
import { Frame } from '../flow/frame.ts';
import type { Body } from '../flow/request.ts';
import type { Process } from '../kernel/process.ts';
import { type Outcome, success } from '../outcome.ts';
import type { Operation } from './operation.ts';

/**
 * Serves many requests that came as one: its answer has a value for each, in their order.
 *
 * One worker does it all. Reads after the first cost no statement of their own, as a list of keys in one `WHERE` does
 * not. If one fails, all do.
 */
export function* serveBatch(operation: Operation, batch: readonly Body[], frame: Frame): Process<Outcome> {
  const { system, host } = frame;
  const values: Value[] = [];
  for (const [at, body] of batch.entries()) {
    const thing = aboutWhom(system, body, frame.request.thing);
    const request = { ...frame.request, body, thing, batch: null, rides: at > 0 };
    let early: Outcome | undefined;
    const inner = new Frame(
      system,
      host,
      operation.place,
      request,
      operation.flow,
      frame.span,
      frame.cause,
      (outcome) => {
        early = outcome;
      },
    );
    inner.release = frame.release;
    const outcome = yield* operation.serve(inner);
    frame.cause = inner.cause;
    if (!outcome.ok) return outcome;
    values.push((early ?? outcome).value ?? null);
  }
  return success(values);
}
