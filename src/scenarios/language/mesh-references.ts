import type { WorldView } from './world-view.ts';

/** Looks up the destinations that a mesh has settings for. */
export function checkMesh(view: WorldView): void {
  for (const destination of Object.keys(view.world.mesh)) {
    if (destination !== 'default' && !view.owners.has(destination))
      view.missing(
        'unknown-service',
        'service',
        destination,
        view.keyAt(['mesh', destination]),
        ['default', ...view.owners.keys()],
        ' to have a mesh for',
      );
  }
}
