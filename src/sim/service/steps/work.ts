import { sampler } from '../../kernel/distribution.ts';
import { DONE } from '../../outcome.ts';
import { distribution } from '../../world/quantities.ts';
import { defineStep } from './step.ts';

/** Lets time pass on the worker; slow replicas and warm-up stretch it. */
export const work = defineStep({
  summary: 'Works for a time, holding its worker',
  fields: { work: distribution },
  compile({ work }, { system, place }) {
    const stream = system.luck.stream(place.text);
    const time = sampler(work);
    return {
      *run(frame) {
        yield system.sim.sleep(frame.host.stretch(frame, time(stream.uniform(frame.key, frame.variant))));
        return DONE;
      },
    };
  },
});
