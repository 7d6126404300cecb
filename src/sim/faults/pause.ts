import { sampler } from '../kernel/distribution.ts';
import { NEVER } from '../kernel/time.ts';
import type { Replica } from '../service/replica.ts';
import type { Touch } from '../service/standstill.ts';
import { distribution, duration } from '../world/quantities.ts';
import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import type { FaultSite } from './site.ts';
import { isMeant, serviceOf } from './targets.ts';

/**
 * The world stops: a process, all its threads and timers, stands still while time goes on, as in a garbage collection.
 *
 * What comes to it lies unread. Its locks and connections stay its own for as long as others believe in it: leases run
 * out, heartbeats fail to come, callers lose their patience. When it goes on it does not know that it was away.
 */
export const pause = defineFault({
  summary: 'Lets a process stand still, as a garbage collection that stops the world does',
  targets: ['service', 'replica'],
  fields: {
    pause: place,
    /** It stands still again and again, each replica at moments of its own; null: once, as long as the fault lasts. */
    every: duration.nullable().default(null),
    /** With `every`: how long each time. */
    lasts: distribution.default({ kind: 'lognormal', median: 10_000, sigma: 1.2878 }),
  },
  inject(site, { pause: target, every, lasts }) {
    const { sim } = site.system;
    const found = serviceOf(site.system, target);
    if (!found || every === 0) return;
    const { service, index } = found;
    const time = sampler(lasts);
    sim.at(Math.max(site.from, sim.now), () => {
      for (const replica of service.replicas) {
        if (!isMeant(replica, index)) continue;
        if (every === null) stop(site, replica, site.to);
        else {
          const phase = site.draw(replica.name.hash, 0, 0);
          again(site, replica, Math.floor(phase * every), every, time, 1);
        }
      }
    });
  },
});

function again(
  site: FaultSite,
  replica: Replica,
  wait: number,
  every: number,
  time: (u: number) => number,
  nth: number,
): void {
  const { sim } = site.system;
  if (sim.now + wait >= Math.min(site.to, site.system.end)) return;
  sim.after(wait, () => {
    stop(site, replica, sim.now + Math.round(time(site.draw(replica.name.hash, nth, 2))));
    again(site, replica, every, every, time, nth + 1);
  });
}

function stop(site: FaultSite, replica: Replica, until: number): void {
  const { sim } = site.system;
  if (!replica.up || !site.strikes(replica.name.hash, Math.floor(sim.now / 1_000))) return;
  const touch: Touch = (subject, cause, span) => site.hit(subject, cause, span);
  replica.pause(site.strike(), touch);
  if (until !== NEVER) sim.at(Math.max(sim.now, until), () => replica.resume(touch));
}
