import { z } from 'zod';
import { share } from '../world/quantities.ts';
import { id } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';

/** Everybody wants the same thing: a share of a client's picks goes to one entity. */
export const hotKey = defineFault({
  summary: 'Sends a share of a client’s requests to one entity',
  targets: ['client'],
  fields: {
    hotKey: id,
    /** The entity that becomes hot: `sku`. */
    entity: id,
    /** Which one, from 1. */
    key: z.int().min(1).default(1),
    share: share,
  },
  inject(site, { hotKey: target, entity, key, share }) {
    site.system.prefer((sort, frame) => {
      if (sort !== entity || frame.host.owner !== target) return null;
      if (!site.active || site.draw(frame.key, frame.variant) * 1_000_000 >= share) return null;
      if (!site.strikes(frame.key, frame.variant)) return null;
      site.hit(frame.subject, frame.cause, frame.span);
      return key - 1;
    });
  },
});
