import { z } from 'zod';
import { makeCall } from '../../calls/make-call.ts';
import { polled } from '../../calls/poll.ts';
import { duration } from '../../world/quantities.ts';
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

/** Calls an operation of another service through the caller's client library, or one's own as a plain function. */
export const call = defineStep({
  summary: 'Calls an operation and waits for its answer',
  fields: {
    call: operationPlace,
    with: fields.nullable().default(null),
    poll: poll.nullable().default(null),
  },
  compile({ call, with: given, poll }, context) {
    const act = makeCall(call, given, context);
    return poll && act.run ? polled(act.run, poll, call, context) : act;
  },
});
