import { DONE } from '../../outcome.ts';
import { factMap } from '../../world/schema/facts.ts';
import { defineStep } from './step.ts';

/** Enters a business fact in the ledger, which outlives everything: at once, or with the transaction in which it stands. */
export const fact = defineStep({
  summary: 'Enters a business fact in the ledger',
  fields: { fact: factMap },
  tellsFacts: true,
  compile(_settings, { effect }) {
    return {
      instant(frame) {
        if (frame.transaction) frame.transaction.also(effect);
        else effect(frame);
        return DONE;
      },
    };
  },
});
