import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { onLink } from './targets.ts';

/** Loses messages: on a link the request vanishes and nobody is told, in a channel the broker confirms and forgets. */
export const drop = defineFault({
  summary: 'Loses messages on a link or in a channel',
  targets: ['link', 'channel'],
  fields: { drop: place },
  inject(site, { drop: target }) {
    const { system } = site;
    const isLink = onLink(system, target, (transit, forth) => {
      const asks = transit.leg === 'request' || transit.leg === 'delivery';
      if (!asks || !forth || !site.strikes(transit.key, transit.variant)) return;
      transit.cause = site.hit(transit.subject, transit.cause, transit.span);
      transit.lost = 'drop';
    });
    if (isLink) return;
    system.brokers.of(target).intercept(target, (envelope, cause) => {
      const struck = site.strikes(envelope.thing?.key ?? envelope.id, envelope.variant);
      if (!struck) return null;
      return { copies: [], drop: true, cause: site.hit(envelope.thing?.recorded, cause, cause) };
    });
  },
});
