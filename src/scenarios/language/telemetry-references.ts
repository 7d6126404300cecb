import type { WorldView } from './world-view.ts';

/** Looks up whose instrumentation differs: services of ours, since nobody else sends us spans. */
export function checkTelemetry(view: WorldView): void {
  const ours = Object.keys(view.world.services);
  for (const service of Object.keys(view.world.telemetry.services))
    if (!ours.includes(service))
      view.missing(
        'unknown-service',
        'service of ours called',
        service,
        view.keyAt(['telemetry', 'services', service]),
        ours,
      );
}
