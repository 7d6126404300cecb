import { z } from 'zod';
import { callOwn, makeCall, withIdentity } from '../../calls/make-call.ts';
import { polled } from '../../calls/poll.ts';
import type { Reading } from '../../calls/read-responses.ts';
import type { StepContext } from '../../flow/act.ts';
import { sampler } from '../../kernel/distribution.ts';
import { DONE } from '../../outcome.ts';
import { distribution, duration } from '../../world/quantities.ts';
import { expression, fields, operationPlace } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Asks again until an answer says what is waited for. */
const poll = z.strictObject({
  /** What the answer must say; it is the result of this very step: `done.state == DONE`. */
  until: expression,
  /** Between an answer and the next question, at least 1 ms; a longer `Retry-After` of the answer counts. */
  every: duration.default(1_000_000),
  /** No question is asked later than this after the first; then the step ends as `timeout`. */
  upTo: duration.default(60_000_000),
});

/** Reads a response that comes as a stream of messages, one after another (gRPC, server streaming). */
const stream = z.strictObject({
  /** An operation of one's own that takes each message; a failure of it takes the call back. */
  onMessage: operationPlace.nullable().default(null),
  /** The time that the reader needs for each message, beside what `onMessage` does. */
  work: distribution.nullable().default(null),
});

/** Calls an operation of another service through the caller's client library, or one's own as a plain function. */
export const call = defineStep({
  summary: 'Calls an operation and waits for its answer',
  fields: {
    call: operationPlace,
    with: fields.nullable().default(null),
    poll: poll.nullable().default(null),
    stream: stream.nullable().default(null),
  },
  compile({ call, with: given, poll, stream }, context) {
    const act = makeCall(call, given, context, stream && eachOf(stream, context));
    return poll && act.run ? polled(act.run, poll, call, context) : act;
  },
});

/** What is done with each message. */
function eachOf(
  { onMessage, work }: z.output<typeof stream>,
  { system, place }: StepContext,
): Reading['each'] {
  const time = work && sampler(work);
  const luck = system.luck.stream(`${place.text}.stream`);
  const operation = onMessage?.split('.')[1];
  return function* each(frame, message) {
    if (time) {
      const needed = time(luck.uniform(frame.key, frame.variant));
      yield system.sim.sleep(frame.host.stretch(frame, needed));
    }
    if (operation === undefined) return DONE;
    return yield* callOwn(frame, operation, withIdentity(system, frame.request.body, message));
  };
}
