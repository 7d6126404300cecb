import { DONE } from '../../outcome.ts';
import { factMap } from '../../world/schema/facts.ts';
import { defineStep } from './step.ts';

/** Enters a business fact in the ledger, which outlives everything. */
export const fact = defineStep({
  summary: 'Enters a business fact in the ledger',
  fields: { fact: factMap },
  tellsFacts: true,
  compile(_settings, { effect }) {
    return {
      instant(frame) {
        effect(frame);
        return DONE;
      },
    };
  },
});
