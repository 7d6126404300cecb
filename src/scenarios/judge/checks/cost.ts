import { z } from 'zod';
import { COST_ITEMS, type CostItem, costOf } from '../costs.ts';
import { decimal } from '../words.ts';
import { defineCheck } from './check.ts';

/** A design may need only so much more than the unchanged world. */
export const cost = defineCheck({
  summary: 'What a design needs beyond the unchanged world, at most',
  fields: {
    cost: z.enum(COST_ITEMS as [CostItem, ...CostItem[]]),
    max: z.number(),
  },
  *judge(view, { cost: item, max }) {
    const need = `${item}: at most ${decimal(max)} more than the unchanged world`;
    const { baseline, run } = view;
    if (!baseline) return { need, got: 'nobody measured the unchanged world', doubt: 'unknown' };
    const used = costOf(item, run.usage, baseline, run.world.cost);
    const got = `${decimal(used.more)} more (${decimal(used.now)} instead of ${decimal(used.before)})`;
    if (used.more > max) yield { message: `${item}: ${got}`, subject: null, at: run.until, records: [] };
    return { need, got, measures: { cost: used.more } };
  },
});
