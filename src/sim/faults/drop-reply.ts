import { address } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { onLink } from './targets.ts';

/** Loses answers: what was asked for is done, and nobody is told. */
export const dropReply = defineFault({
  summary: 'Loses the answers that come back over a link; the effect has happened',
  targets: ['link'],
  fields: { dropReply: address(/^[\w*./-]+ -> [\w*./-]+$/, 'a link such as payment -> psp') },
  inject(site, { dropReply: target }) {
    onLink(site.system, target, (transit) => {
      if (transit.leg !== 'reply' || !site.strikes(transit.key, transit.variant)) return;
      transit.cause = site.hit(transit.subject, transit.cause, transit.span);
      transit.lost = 'dropReply';
    });
  },
});
