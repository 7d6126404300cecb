import type { Operation as OperationSettings, Step } from '../world/schema/operation.ts';
import { modifiersOf } from '../world/schema/operation.ts';
import type { Route } from '../world/schema/service.ts';

/** A route is an operation of one step: it hands the request on, and the answer back. */
export function forwardFlow(route: Route): {
  readonly settings: OperationSettings;
  readonly steps: Readonly<Record<string, Step>>;
} {
  const forward: Step = { verb: 'call', fields: { call: route.to, with: null }, modifiers: modifiersOf({}) };
  return {
    settings: { work: null, priority: route.priority, dedupe: null, saga: null, steps: {}, order: null },
    steps: { forward },
  };
}
