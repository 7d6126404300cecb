import type { Path } from './tree.ts';
import type { WorldView } from './world-view.ts';

/** Looks up the operations that probes ask. */
export function checkPods(view: WorldView): void {
  for (const [name, { part, service }] of view.owners)
    for (const probe of ['readinessProbe', 'livenessProbe'] as const) {
      const operation = service.pod?.[probe]?.httpGet ?? null;
      const path: Path = [part, name, 'pod', probe, 'httpGet'];
      const known = Object.keys(service.operations);
      if (operation !== null && !known.includes(operation))
        view.missing('unknown-operation', `operation of \`${name}\` called`, operation, view.at(path), known);
    }
}
