import { NEVER } from '../kernel/time.ts';
import type { FaultSite } from './site.ts';

/** For faults that change a state: switches it on when the fault begins, and off when it is over. */
export function whileActive(site: FaultSite, change: (on: boolean, cause: number) => void): void {
  const { sim } = site.system;
  sim.at(Math.max(site.from, sim.now), () => {
    if (!site.strikes(0, 0)) return;
    const cause = site.strike();
    change(true, cause);
    if (site.to !== NEVER) sim.at(Math.max(site.to, sim.now), () => change(false, cause));
  });
}
