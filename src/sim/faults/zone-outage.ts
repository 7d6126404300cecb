import { place } from '../world/schema/common.ts';
import { defineFault } from './fault.ts';

/**
 * A zone loses its power: all instances in it die with their machines, and are back when the fault is over.
 *
 * Nothing there refuses or resets anything: who calls an instance that it still believes in waits until it gives up.
 * What is left outside has to carry all of the load. Databases and brokers outlive it, as managed ones do that stand in
 * several zones.
 */
export const zoneOutage = defineFault({
  summary: 'Lets a zone go dark: all replicas in it die, and nothing answers there until it is over',
  targets: ['zone'],
  fields: { zoneOutage: place },
  inject(site, { zoneOutage: zone }) {
    const { system } = site;
    system.sim.at(Math.max(site.from, system.sim.now), () => {
      const services = [...system.services.values()];
      const victims = services
        .flatMap(({ replicas }) => replicas)
        .filter(({ up, end }) => up && end.zone === zone);
      const relays = services.flatMap(({ relays }) => relays).filter(({ end }) => end.zone === zone);
      if (victims.length + relays.length === 0 || !site.strikes(0, 0)) return;
      const cause = site.strike();
      const downFor = site.to > system.end ? null : site.to - system.sim.now;
      for (const victim of victims)
        victim.crash(cause, downFor, `${zone} is dark`, (subject, cause, span) =>
          site.hit(subject, cause, span),
        );
      for (const relay of relays) relay.crash(cause, downFor);
    });
  },
});
