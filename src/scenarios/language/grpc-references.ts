import type { CallSettings } from '../../sim/world/schema/calls.ts';
import type { Path } from './tree.ts';
import type { WorldView } from './world-view.ts';

/** Settings of a gRPC channel are of use only to calls that go over gRPC. */
export function checkGrpc(view: WorldView): void {
  for (const part of ['services', 'externals', 'clients'] as const)
    for (const [name, { calls }] of Object.entries(view.world[part]))
      checkCalls(view, [part, name, 'calls'], calls);
}

function checkCalls(view: WorldView, path: Path, calls: Readonly<Record<string, CallSettings>>): void {
  for (const [callee, { via, grpc }] of Object.entries(calls))
    if (grpc !== null && via !== 'grpc')
      view.wrong(
        'grpc-without-via',
        view.keyAt([...path, callee, 'grpc']),
        `\`grpc\` says how a gRPC channel behaves, but calls of \`${callee}\` do not go over one.`,
        'write `via: grpc` beside it',
      );
}
