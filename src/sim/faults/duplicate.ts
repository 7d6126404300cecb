import { sampler } from '../kernel/distribution.ts';
import { distribution } from '../world/quantities.ts';
import { channelPlace } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';

/** Delivers a message twice, with the same id. Only where messages travel: over HTTP duplicates come from retries. */
export const duplicate = defineFault({
  summary: 'Puts a second copy of a message into its queues',
  targets: ['channel'],
  fields: { duplicate: channelPlace, delay: distribution.default({ kind: 'constant', value: 100_000 }) },
  inject(site, { duplicate: target, delay }) {
    const after = sampler(delay);
    site.system.brokers.of(target).intercept(target, (envelope, cause) => {
      const key = envelope.thing?.key ?? envelope.id;
      if (!site.strikes(key, envelope.variant)) return null;
      const record = site.hit(envelope.thing?.recorded, cause, cause);
      return { copies: [Math.round(after(site.draw(key, envelope.variant)))], drop: false, cause: record };
    });
  },
});
