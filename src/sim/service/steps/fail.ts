import { z } from 'zod';
import { failed } from '../../outcome.ts';
import { defineStep } from './step.ts';

/** Ends the flow with a refusal. A status below 500 is a business refusal, which nobody retries. */
export const fail = defineStep({
  summary: 'Ends the flow with a refusal',
  fields: {
    fail: z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'a reason is written in capitals, such as OUT_OF_STOCK'),
    status: z.int().min(400).max(599).default(422),
  },
  compile({ fail, status }) {
    const outcome = failed(fail, status);
    return { instant: () => outcome };
  },
});
