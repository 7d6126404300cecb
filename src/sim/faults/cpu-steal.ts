import { sampler } from '../kernel/distribution.ts';
import type { Micros } from '../kernel/time.ts';
import { distribution, duration, share } from '../world/quantities.ts';
import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';
import { isMeant, serviceOf } from './targets.ts';

/** A stretch of time in which a replica has less than its processors. */
interface Theft {
  readonly from: Micros;
  readonly to: Micros;
}

/**
 * A noisy neighbour: another tenant of the same machine takes a share of the processors, for some time or again and again.
 *
 * Work that straddles the beginning or the end of a theft goes on at the other speed there; what had begun before the
 * fault is left alone.
 */
export const cpuSteal = defineFault({
  summary: 'Takes a share of a replica’s processor time, as a noisy neighbour does',
  targets: ['service', 'replica'],
  fields: {
    cpuSteal: place,
    /** Below 100 %. */
    share: share.refine((given) => given < 1_000_000, { error: 'expected less than 100 %: use pause' }),
    /** It comes again and again, to each replica at moments of its own; null: once, as long as the fault lasts. */
    every: duration.nullable().default(null),
    /** With `every`: how long each time. */
    lasts: distribution.default({ kind: 'constant', value: 1_000_000 }),
  },
  inject(site, { cpuSteal: target, share, every, lasts }) {
    const { sim } = site.system;
    const found = serviceOf(site.system, target);
    if (!found || share === 0 || every === 0) return;
    const time = sampler(lasts);

    /** The theft number `nth`, from 0, from a replica; undefined where there is none any more. */
    function theft(replica: number, nth: number): Theft | undefined {
      if (every === null) return nth === 0 ? { from: site.from, to: site.to } : undefined;
      const from = site.from + Math.floor(site.draw(replica, 0, 0) * every) + nth * every;
      if (from >= site.to) return undefined;
      const lasting = Math.min(every, Math.round(time(site.draw(replica, nth, 2))));
      return { from, to: Math.min(site.to, from + lasting) };
    }

    /** How much longer than `work` it takes from now on. */
    function delay(replica: number, work: Micros): Micros {
      const { now } = sim;
      const first = every === null ? 0 : Math.max(0, Math.floor((now - site.from) / every) - 1);
      let at = now;
      let left = work;
      for (let nth = first; ; nth++) {
        const next = theft(replica, nth);
        if (!next || next.from >= at + left) break;
        if (next.to <= at) continue;
        const free = Math.max(0, next.from - at);
        left -= free;
        at += free;
        const done = Math.min(left, ((next.to - at) * (1_000_000 - share)) / 1_000_000);
        at += done === left ? (left * 1_000_000) / (1_000_000 - share) : next.to - at;
        left -= done;
        if (left <= 0) break;
      }
      return at + left - now - work;
    }

    found.service.slowdowns.push((replica, frame, work) => {
      if (!isMeant(replica, found.index)) return work;
      const late = delay(replica.name.hash, work);
      if (late <= 0 || !site.strikes(frame.key, frame.variant)) return work;
      frame.cause = site.hit(frame.subject, frame.cause, frame.span);
      return work + late;
    });
  },
});
