import { sampler } from '../kernel/distribution.ts';
import { distribution } from '../world/quantities.ts';
import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { onLink } from './targets.ts';

/** Adds another delay to each message of a link: its times spread, in both directions. */
export const jitter = defineFault({
  summary: 'Adds a delay that varies from message to message',
  targets: ['link'],
  fields: { jitter: place, by: distribution },
  inject(site, { jitter: target, by }) {
    const extra = sampler(by);
    onLink(site.system, target, (transit) => {
      const { key, variant, leg } = transit;
      const n = leg === 'reply' ? 1 : 0;
      if (!site.strikes(key, variant, n)) return;
      const delay = Math.round(extra(site.draw(key, variant, 2 + n)));
      if (delay === 0) return;
      transit.cause = site.hit(transit.subject, transit.cause, transit.span);
      transit.delay += delay;
    });
  },
});
