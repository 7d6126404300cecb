import type { Path } from './tree.ts';
import type { WorldView } from './world-view.ts';

/** Tells if an address leads to no operation. */
export function checkOperation(view: WorldView, address: string, path: Path): void {
  if (view.operationAt(address)) return;
  const [owner = ''] = address.split('.');
  const known = view.owners.get(owner);
  const at = view.at(path);
  if (!known) {
    view.missing('unknown-service', 'service', owner, at, view.owners.keys());
    return;
  }
  const names = [...Object.keys(known.service.operations), ...Object.keys(known.service.routes)];
  view.missing(
    'unknown-operation',
    'operation',
    address,
    at,
    [...new Set(names)].map((name) => `${owner}.${name}`),
  );
}
