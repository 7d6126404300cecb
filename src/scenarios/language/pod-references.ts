import { staysPut } from '../../sim/world/schema/rolling-update.ts';
import type { Path } from './tree.ts';
import type { WorldView } from './world-view.ts';

/** Autoscalers have as many replicas to choose from as they may have at least. */
export function checkAutoscale(view: WorldView): void {
  for (const [name, { part, service }] of view.owners) {
    const { minReplicas = 1, maxReplicas = 1 } = service.autoscale ?? {};
    if (minReplicas > maxReplicas)
      view.wrong(
        'autoscale-range',
        view.at([part, name, 'autoscale', 'minReplicas']),
        `\`${name}\` is to have at least ${minReplicas} replicas and at most ${maxReplicas}.`,
      );
  }
}

/** Looks up the operations that probes ask. */
export function checkPods(view: WorldView): void {
  for (const [name, { part, service }] of view.owners)
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
      const operation = service.pod?.[probe]?.httpGet ?? null;
      const path: Path = [part, name, 'pod', probe, 'httpGet'];
      const known = Object.keys(service.operations);
      if (operation !== null && !known.includes(operation))
        view.missing('unknown-operation', `operation of \`${name}\` called`, operation, view.at(path), known);
    }
}

/** A rollout replaces instances that Kubernetes leads, and has to be allowed to do something. */
export function checkRollingUpdates(view: WorldView): void {
  for (const [name, { part, service }] of view.owners) {
    const { rollingUpdate } = service;
    if (rollingUpdate === null) continue;
    const at = view.keyAt([part, name, 'rollingUpdate']);
    if (staysPut(rollingUpdate))
      view.wrong(
        'rolling-update-stuck',
        at,
        `A rollout of \`${name}\` may neither have more replicas (maxSurge) nor fewer (maxUnavailable), so it could not begin.`,
        'let one of them be 1',
      );
    const pods = [service.pod, ...Object.values(service.versions).map(({ pod }) => pod)];
    if (pods.every((pod) => pod === null))
      view.wrong(
        'rolling-update-without-pod',
        at,
        `\`${name}\` has no \`pod\`, so its replicas are replaced in an instant and \`rollingUpdate\` bounds nothing.`,
        'give the service a pod: {}',
      );
  }
}
