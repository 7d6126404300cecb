import { makeCall } from '../../calls/make-call.ts';
import { fields, operationPlace } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Calls an operation of another service through the caller's client library, or one's own as a plain function. */
export const call = defineStep({
  summary: 'Calls an operation and waits for its answer',
  fields: { call: operationPlace, with: fields.nullable().default(null) },
  compile({ call, with: given }, context) {
    return makeCall(call, given, context);
  },
});
