import { z } from 'zod';
import { sampler } from '../kernel/distribution.ts';
import { distribution } from '../world/quantities.ts';
import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { databaseOf, isMeant, onLink, serviceOf } from './targets.ts';

/** Stretches the work of a service or the statements of a database, or adds to the way over a link. */
export const latency = defineFault({
  summary: 'Makes a service, replica, database, link or a broker’s disk slower',
  targets: ['service', 'replica', 'database', 'link', 'broker'],
  fields: {
    latency: place,
    /** Times as long. */
    x: z.number().min(0).max(10_000).default(1),
    /** Longer by this. */
    add: distribution.default({ kind: 'constant', value: 0 }),
  },
  inject(site, { latency: target, x, add }) {
    const { system } = site;
    const extra = sampler(add);
    const none = x === 1 && add.kind === 'constant' && add.value === 0;
    if (none) return;
    const isLink = onLink(system, target, (transit) => {
      const { key, variant, leg } = transit;
      if (!site.strikes(key, variant, leg === 'reply' ? 1 : 0)) return;
      transit.cause = site.hit(transit.subject, transit.cause, transit.span);
      transit.delay = Math.round(transit.delay * x + extra(site.draw(key, variant, leg === 'reply' ? 3 : 2)));
    });
    if (isLink) return;
    const database = databaseOf(system, target);
    if (database) {
      database.trouble.push({
        stretch(frame, time) {
          if (!site.strikes(frame.key, frame.variant)) return time;
          frame.cause = site.hit(frame.subject, frame.cause, frame.span);
          return time * x + extra(site.draw(frame.key, frame.variant));
        },
        fails: () => false,
      });
      return;
    }
    const broker = system.brokers.get(target);
    if (broker) {
      broker.stretch((key, variant, time) => {
        if (!site.strikes(key, variant)) return time;
        site.strike();
        return time * x + extra(site.draw(key, variant));
      });
      return;
    }
    const found = serviceOf(system, target);
    found?.service.slowdowns.push((replica, frame, time) => {
      if (!isMeant(replica, found.index) || !site.strikes(frame.key, frame.variant)) return time;
      frame.cause = site.hit(frame.subject, frame.cause, frame.span);
      return time * x + extra(site.draw(frame.key, frame.variant));
    });
  },
});
