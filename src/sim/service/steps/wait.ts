import { sampler } from '../../kernel/distribution.ts';
import { ms } from '../../kernel/time.ts';
import { success } from '../../outcome.ts';
import { duration, parseDistribution } from '../../world/quantities.ts';
import { expression } from '../../world/schema/common.ts';
import { defineStep } from './step.ts';

/** How often a condition is looked at. */
const POLL = ms(10);

/** Lets time pass, or waits until a condition holds; `.ok` says whether it did. */
export const wait = defineStep({
  summary: 'Waits for a time, or until a condition holds',
  fields: { wait: expression, upTo: duration.nullable().default(null) },
  compile({ wait, upTo }, { system, place, formulas }) {
    const spec = parseDistribution(wait);
    if (spec) {
      const stream = system.luck.stream(place.text);
      const time = sampler(spec);
      return {
        *run(frame) {
          yield system.sim.sleep(time(stream.uniform(frame.key, frame.variant)));
          return success(true);
        },
      };
    }
    const condition = formulas.compile(wait, `${place.text}.wait`);
    return {
      *run(frame) {
        const end = frame.now + (upTo ?? 0);
        while (condition.value(frame) !== true) {
          if (frame.now >= end) return success(false);
          yield system.sim.sleep(POLL);
        }
        return success(true);
      },
    };
  },
});
