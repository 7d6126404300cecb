import { formatMicros } from '../../sim/kernel/time.ts';
import type { OrderItem } from '../../sim/world/schema/operation.ts';
import { LIMITS } from './limits.ts';
import type { Path } from './tree.ts';
import type { WorldView } from './world-view.ts';

/** Holds a world against the limits of the language. */
export function checkLimits(view: WorldView): void {
  const { world, problems } = view;
  const over = (name: string, what: string, count: number, limit: number, path: Path) => {
    if (count > limit)
      problems.add({
        code: `limit/${name}`,
        at: view.keyAt(path),
        message: `There are ${count} ${what}; the limit is ${limit}.`,
      });
  };
  const services = Object.keys(world.services).length;
  over(
    'services',
    'services, partners included',
    services + Object.keys(world.externals).length,
    LIMITS.services,
    services > 0 ? ['services'] : ['externals'],
  );
  over('clients', 'clients', Object.keys(world.clients).length, LIMITS.clients, ['clients']);
  over('channels', 'channels', view.channels().length, LIMITS.channels, ['brokers', 'rabbitmq']);
  for (const flow of view.flows) {
    over('steps', `steps in ${flow.address}`, Object.keys(flow.steps).length, LIMITS.steps, [
      ...flow.path,
      'steps',
    ]);
    over('groups', `groups inside one another in ${flow.address}`, nesting(flow.order ?? []), LIMITS.groups, [
      ...flow.path,
      'order',
    ]);
  }
  const { for: length, settle } = world.run;
  const total = length + settle;
  if (total > LIMITS.time) {
    const longest = length >= settle ? 'for' : 'settle';
    problems.add({
      code: 'limit/time',
      at: view.at(['run', longest]),
      message: `The run takes ${formatMicros(total)} of virtual time; the limit is 24 h.`,
    });
  }
}

function nesting(order: readonly OrderItem[]): number {
  const inner = order.map((item) =>
    typeof item === 'string' ? 0 : 1 + nesting(Object.values(item)[0] as readonly OrderItem[]),
  );
  return Math.max(0, ...inner);
}
