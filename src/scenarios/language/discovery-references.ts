import type { WorldView } from './world-view.ts';

/** Looks up whose instances are to be found. */
export function checkDiscovery(view: WorldView): void {
  for (const service of Object.keys(view.world.discovery)) {
    if (service === 'default' || view.owners.has(service)) continue;
    const known = ['default', ...view.owners.keys()];
    view.missing(
      'unknown-service',
      'service',
      service,
      view.keyAt(['discovery', service]),
      known,
      ' to find',
    );
  }
}
