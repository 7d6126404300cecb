import type { Host } from '../flow/host.ts';
import { hashText } from '../kernel/luck.ts';
import type { WrongSettings } from '../mesh/blame.ts';
import { duration, share } from '../world/quantities.ts';
import { id, place } from '../world/schema/common.ts';
import { meshSettingsGiven } from '../world/schema/mesh.ts';
import { defineFault } from './fault.ts';
import { hostMeant } from './targets.ts';

/** Of one proxy's luck: whether it gets the settings, and how late. */
const CHOSEN_DRAW = 1;
const LATE_DRAW = 2;

/**
 * Somebody pushes wrong settings for a destination to sidecars. Each proxy takes them over at a moment of its own, so
 * that for a while some work by the old ones and some by the new; what takes them back travels in the same way.
 */
export const configPush = defineFault({
  summary: 'Pushes wrong mesh settings for a destination to all sidecars, or to some of them',
  targets: ['service'],
  fields: {
    configPush: id,
    /** What the mesh would hold for the destination: each key replaces the whole of that setting. */
    set: meshSettingsGiven,
    /** Which proxies: those beside a service, a replica or a client; null: all. */
    proxies: place.nullable().default(null),
    /** The share of them that gets it. */
    share: share.default(1_000_000),
    /** Until the last of them has it. */
    within: duration.default(1_000_000),
  },
  inject(site, { configPush: destination, set, proxies, share, within }) {
    const { sim, mesh } = site.system;
    if (!mesh) return;
    const means = proxies === null ? () => true : hostMeant(proxies);
    const reaches = (host: Host): boolean => {
      if (!means(host)) return false;
      const key = hashText(host.name.text);
      if (site.draw(key, 0, CHOSEN_DRAW) * 1_000_000 >= share) return false;
      const late = Math.round(site.draw(key, 0, LATE_DRAW) * within);
      return sim.now >= site.from + late && sim.now < site.to + late;
    };
    sim.at(Math.max(site.from, sim.now), () => {
      if (!site.strikes(0, 0)) return;
      site.strike();
      const hit: WrongSettings['hit'] = (...about) => site.hit(...about);
      mesh.push({ id: site.id, destination, set, reaches, hit });
    });
  },
});
