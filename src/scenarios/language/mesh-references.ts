import { ExpressionProblem } from '../../sim/expression/expression.ts';
import { compileGate } from '../../sim/mesh/rollout.ts';
import type { MeshDestination } from '../../sim/world/schema/mesh.ts';
import type { Path } from './tree.ts';
import type { WorldView } from './world-view.ts';

/** Looks up what the settings of a mesh name: destinations, their operations, and who may call them. */
export function checkMesh(view: WorldView): void {
  for (const [destination, settings] of Object.entries(view.world.mesh)) {
    const { authorization, deny } = settings;
    const path: Path = ['mesh', destination];
    if (destination !== 'default' && !view.owners.has(destination)) {
      const known = ['default', ...view.owners.keys()];
      view.missing('unknown-service', 'service', destination, view.keyAt(path), known, ' to have a mesh for');
      continue;
    }
    checkRules(view, destination, [...path, 'authorization'], authorization);
    checkRules(view, destination, [...path, 'deny'], deny);
    checkVersions(view, destination, path, settings);
    checkGate(view, path, settings);
  }
}

/** Versions that requests are sent to. */
function checkVersions(view: WorldView, destination: string, path: Path, settings: MeshDestination): void {
  const known = ['v1', ...Object.keys(view.owners.get(destination)?.service.versions ?? {})];
  const { route, match, mirror, rollout } = settings;
  const named: [string, Path][] = [
    ...Object.keys(route ?? {}).map((id): [string, Path] => [id, ['route', id]]),
    ...Object.entries(match).map(([id, { to }]): [string, Path] => [to, ['match', id, 'to']]),
    ...(mirror ? [[mirror.to, ['mirror', 'to']] as [string, Path]] : []),
    ...(rollout
      ? [
          [rollout.from, ['rollout', 'from']] as [string, Path],
          [rollout.to, ['rollout', 'to']] as [string, Path],
        ]
      : []),
  ];
  if (destination === 'default') return;
  for (const [version, at] of named) {
    if (!known.includes(version))
      view.missing(
        'unknown-version',
        `version of \`${destination}\` called`,
        version,
        at[0] === 'route' ? view.keyAt([...path, ...at]) : view.at([...path, ...at]),
        known,
      );
  }
}

function checkGate(view: WorldView, path: Path, { rollout }: MeshDestination): void {
  if (!rollout?.gate) return;
  try {
    compileGate(rollout.gate);
  } catch (error) {
    if (!(error instanceof ExpressionProblem)) throw error;
    view.wrong('expression', view.at([...path, 'rollout', 'gate']), error.message);
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
