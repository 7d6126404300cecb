import type { Operation, Step } from '../../sim/world/schema/operation.ts';
import type { World } from '../../sim/world/schema/world.ts';

/** Facts that the engine records by itself: an undo that failed for good. */
const OWN_FACTS = ['undoFailed'];
/** What every fact takes from its request, where the request has it. */
const CARRIED = ['amount', 'qty'];

/** Every fact that some step of a world can record, with the fields it may carry. */
export function factFields(world: World): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>(OWN_FACTS.map((name) => [name, new Set(CARRIED)]));
  for (const step of stepsOf(world)) {
    for (const [name, own] of Object.entries(factsOf(step))) {
      const fields = found.get(name) ?? new Set(CARRIED);
      for (const field of Object.keys(own)) fields.add(field);
      found.set(name, fields);
    }
  }
  return found;
}

/** The names of all facts that some step of a world can record. */
export function factNames(world: World): string[] {
  return [...factFields(world).keys()];
}

/** The facts that a step records, each with the fields written for it. */
export function factsOf({ verb, fields, modifiers }: Step): Readonly<Record<string, object>> {
  const map = verb === 'fact' ? fields.fact : modifiers.fact;
  return (map ?? {}) as Readonly<Record<string, object>>; // the schema made it a map, or null
}

/** An operation with the service it belongs to. */
export interface OwnedOperation {
  readonly service: string;
  readonly name: string;
  readonly operation: Operation;
}

/** Every operation of every service and partner. */
export function* operationsOf(world: World): Generator<OwnedOperation> {
  for (const [service, { operations }] of [
    ...Object.entries(world.services),
    ...Object.entries(world.externals),
  ]) {
    for (const [name, operation] of Object.entries(operations)) yield { service, name, operation };
  }
}

/** Every step of a client, or of any version of a service. */
function* stepsOf(world: World): Generator<Step> {
  for (const { steps } of Object.values(world.clients)) yield* Object.values(steps);
  for (const service of [...Object.values(world.services), ...Object.values(world.externals)]) {
    for (const { operations } of [service, ...Object.values(service.versions)])
      for (const { steps } of Object.values(operations)) yield* Object.values(steps);
  }
}
