import type { CallSettings } from '../../sim/world/schema/calls.ts';
import type { Path } from './tree.ts';
import type { WorldView } from './world-view.ts';

/** Settings of a Kafka producer belong to calls of Kafka, of all its topics together. */
export function checkProducers(view: WorldView): void {
  for (const part of ['services', 'externals', 'clients'] as const)
    for (const [name, { calls }] of Object.entries(view.world[part]))
      checkCalls(view, [part, name, 'calls'], calls);
}

function checkCalls(view: WorldView, path: Path, calls: Readonly<Record<string, CallSettings>>): void {
  for (const [callee, { producer }] of Object.entries(calls))
    if (producer !== null && callee !== 'kafka')
      view.wrong(
        'producer-without-kafka',
        view.keyAt([...path, callee, 'producer']),
        `\`producer\` says how a Kafka producer behaves, and \`${callee}\` is not Kafka as a whole.`,
        'write `calls: { kafka: { producer: … } }`',
      );
}
