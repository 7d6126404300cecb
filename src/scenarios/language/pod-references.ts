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
