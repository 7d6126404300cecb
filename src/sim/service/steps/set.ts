import { success } from '../../outcome.ts';
import { fields } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Computes variables for later steps. */
export const set = defineStep({
  summary: 'Computes values for later steps',
  fields: { set: fields },
  compile({ set }, { place, formulas }) {
    const shape = formulas.shape(set, `${place.text}.set`);
    return { instant: (frame) => success(shape(frame)) };
  },
});
