import type { Path } from './tree.ts';
import type { WorldView } from './world-view.ts';

/** Looks up what the settings of a mesh name: destinations, their operations, and who may call them. */
export function checkMesh(view: WorldView): void {
  for (const [destination, { authorization, deny }] of Object.entries(view.world.mesh)) {
    const path: Path = ['mesh', destination];
    if (destination !== 'default' && !view.owners.has(destination)) {
      const known = ['default', ...view.owners.keys()];
      view.missing('unknown-service', 'service', destination, view.keyAt(path), known, ' to have a mesh for');
      continue;
    }
    checkRules(view, destination, [...path, 'authorization'], authorization);
    checkRules(view, destination, [...path, 'deny'], deny);
  }
}

function checkRules(
  view: WorldView,
  destination: string,
  path: Path,
  rules: Readonly<Record<string, readonly string[]>> | null,
): void {
  const service = view.owners.get(destination)?.service;
  const operations = [...Object.keys(service?.operations ?? {}), ...Object.keys(service?.routes ?? {})];
  const peers = ['*', ...view.owners.keys(), ...Object.keys(view.world.clients)];
  for (const [operation, allowed] of Object.entries(rules ?? {})) {
    if (service && operation !== '*' && !operations.includes(operation))
      view.missing(
        'unknown-operation',
        `operation of \`${destination}\` called`,
        operation,
        view.keyAt([...path, operation]),
        operations,
      );
    for (const [at, peer] of allowed.entries())
      if (!peers.includes(peer))
        view.missing('unknown-place', 'service or client', peer, view.at([...path, operation, at]), peers);
  }
}
