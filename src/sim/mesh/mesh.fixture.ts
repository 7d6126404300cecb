import { simulate } from '../index.ts';
import type { Run } from '../run.ts';
import { all, SHOP, type Told, worldOf } from '../testing.fixture.ts';

/**
 * For the shop: a catalog of four replicas, asked for each order, ten orders a second. Sidecars and links take no time.
 */
const CATALOG = `
  run: { for: 20s, settle: 20s }
  network: { links: { "shop -> catalog": { rtt: 0s } } }
  clients: { user: { every: 100ms, count: 100 } }
  services:
    shop: { operations: { order: { steps: { look: { call: catalog.get } } } } }
    catalog: { replicas: 4, work: 5ms, operations: { get: {} } }
`;

const NO_COST = { proxy: { latency: '0s' } };

/** Runs the shop with its catalog behind a mesh with these settings for the catalog, on top of those. */
export function meshed(catalog: object, ...patches: readonly string[]): Run {
  const mesh = JSON.stringify({ mesh: { default: NO_COST, catalog: { ...NO_COST, ...catalog } } });
  return simulate(worldOf(SHOP, CATALOG, mesh, ...patches), 'any');
}

/** How often each replica of the catalog was asked, in the order of their numbers. */
export function asked(run: Run, replicas = 4): number[] {
  const counts = Array.from({ length: replicas }, () => 0);
  for (const { peer } of requests(run)) counts[Number(/\[(\d+)\]/.exec(peer ?? '')?.[1])]!++;
  return counts;
}

/** Requests that reached the catalog. */
export const requests = (run: Run): Told[] => all(run, 'request', 'catalog.get');

/** Orders that ended badly. */
export const failures = (run: Run): number => all(run, 'intentFailed').length;

/** One replica of the catalog answers only errors, and at once. */
export const BAD_REPLICA = 'chaos: { bad: { errors: "catalog[0]", status: 500 } }';
