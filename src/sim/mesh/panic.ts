/** Envoy's overprovisioning factor: a priority is whole while 1 / 1.4 of its hosts, about 72 %, are healthy. */
const OVERPROVISIONING = 140;

/** Hosts of one priority, and how many of them are healthy. */
export interface PriorityHealth {
  readonly hosts: number;
  readonly healthy: number;
}

/** What one priority gets. */
export interface PriorityShare {
  /** Percent of the requests. */
  readonly load: number;
  /** Health is ignored: its requests go to all its hosts. */
  readonly panic: boolean;
}

/**
 * Shares requests among priorities, most important first, and tells which of them panic.
 *
 * A priority panics when fewer of its hosts are healthy than the threshold, in percent, and all priorities together
 * could not carry the load. Whole percents. Source: Envoy, "Priority levels" and "Panic threshold".
 */
export function priorityShares(priorities: readonly PriorityHealth[], threshold: number): PriorityShare[] {
  const healths = priorities.map(({ hosts, healthy }) =>
    hosts === 0 ? 0 : Math.min(100, Math.floor((OVERPROVISIONING * healthy) / hosts)),
  );
  const total = Math.min(
    100,
    healths.reduce((sum, health) => sum + health, 0),
  );
  const panics = priorities.map(
    ({ hosts, healthy }) => total < 100 && hosts > 0 && healthy * 100 < threshold * hosts,
  );
  let left = 100;
  const loads = healths.map((health) => {
    const load = total === 0 ? 0 : Math.min(left, Math.round((health * 100) / total));
    left -= load;
    return load;
  });
  // What rounding leaves goes to the last that takes anything; with nobody healthy, to the first that has hosts.
  const heir = total === 0 ? priorities.findIndex(({ hosts }) => hosts > 0) : lastWith(loads);
  return loads.map((load, at) => ({
    load: load + (at === heir ? left : 0),
    panic: panics[at] as boolean, // as many as there are loads
  }));
}

function lastWith(loads: readonly number[]): number {
  return loads.findLastIndex((load) => load > 0);
}
