import type { Usage } from '../../sim/run.ts';
import type { World } from '../../sim/world/schema/world.ts';

const COUNTED = ['replicas', 'services', 'connections', 'messages', 'calls', 'rows', 'parts'] as const;

/** What a `cost` check may count; `points` weighs all the others. */
export type CostItem = (typeof COUNTED)[number] | 'points';

export const COST_ITEMS: readonly CostItem[] = [...COUNTED, 'points'];

/** How much of something a design used, the unchanged world used, and the difference. */
export interface Cost {
  readonly now: number;
  readonly before: number;
  readonly more: number;
}

/** Compares what two runs used, of one item or in points. */
export function costOf(item: CostItem, usage: Usage, baseline: Usage, weights: World['cost']): Cost {
  const [now, before] = [usage, baseline].map((one) =>
    item === 'points' ? pointsOf(one, weights) : one[item],
  ) as [number, number];
  return { now, before, more: thousandths(now - before) };
}

/** What a design is charged for everything it uses, in the points of its world. */
function pointsOf(
  usage: Usage,
  { replica, service, connection, message, call, row, part }: World['cost'],
): number {
  return thousandths(
    usage.replicas * replica +
      usage.services * service +
      usage.connections * connection +
      usage.messages * message +
      usage.calls * call +
      usage.rows * row +
      usage.parts * part,
  );
}

/** Weights are decimals: a sum of them is rounded, so that a limit of 3 is not broken by 3.0000000000000004. */
function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
