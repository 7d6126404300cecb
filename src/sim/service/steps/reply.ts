import { z } from 'zod';
import { success } from '../../outcome.ts';
import { fields } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** Answers the caller; the steps after it go on, and a crash then loses them silently. */
export const reply = defineStep({
  summary: 'Answers the caller; later steps run on',
  fields: { reply: fields, status: z.int().min(200).max(299).default(200) },
  compile({ reply }, { place, formulas }) {
    const shape = formulas.shape(reply, `${place.text}.reply`);
    return {
      instant(frame) {
        const outcome = success(shape(frame), frame.degraded);
        frame.reply(outcome);
        return outcome;
      },
    };
  },
});
