import { compileFlow } from '../flow/compile.ts';
import type { Frame } from '../flow/frame.ts';
import { type Sampler, sampler } from '../kernel/distribution.ts';
import { checkedObject } from '../security/object-check.ts';
import type { System } from '../system.ts';
import type { Operation as OperationSettings } from '../world/schema/operation.ts';
import type { Release as Settings } from '../world/schema/service.ts';
import { deduped } from './dedupe.ts';
import { Operation } from './operation.ts';
import { compileRoute } from './route.ts';
import { orchestrated } from './saga.ts';

/** One version of a service, compiled: what its replicas can do while they run it. */
export class Release {
  readonly version: string;
  readonly settings: Settings;
  readonly usualWork: Sampler;
  /** Whether any of its work is more urgent than other. */
  readonly prioritized: boolean;
  readonly #operations = new Map<string, Operation>();
  readonly #routes = new Map<string, Operation>();

  /** Databases and services exist by now. */
  constructor(system: System, owner: string, version: string, settings: Settings) {
    this.version = version;
    this.settings = settings;
    this.usualWork = sampler(settings.work);
    const { operations, routes } = settings;
    for (const [name, operation] of Object.entries(operations))
      this.#operations.set(name, compileOperation(system, owner, settings, name, operation));
    for (const [name, route] of Object.entries(routes))
      this.#routes.set(name, compileRoute(system, owner, name, route));
    const urgencies = [...Object.values(operations), ...Object.values(routes)].map(
      ({ priority }) => priority,
    );
    this.prioritized = urgencies.some((urgency) => urgency !== 'normal');
  }

  operation(name: string): Operation | undefined {
    return this.#operations.get(name);
  }

  operations(): Iterable<Operation> {
    return this.#operations.values();
  }

  /** What is called from outside under this name: a route, else an operation. */
  entry(name: string): Operation | undefined {
    return this.#routes.get(name) ?? this.#operations.get(name);
  }

  urgencyOf(name: string, operation: Operation): OperationSettings['priority'] {
    return this.settings.routes[name]?.priority ?? operation.settings.priority;
  }
}

function compileOperation(
  system: System,
  owner: string,
  { auth }: Settings,
  name: string,
  settings: OperationSettings,
): Operation {
  const { steps, order, saga, dedupe } = settings;
  const flow = compileFlow({ system, owner, operation: name, steps, order });
  let serve = (frame: Frame) => flow.run(frame);
  const owns = auth?.object[name];
  if (owns !== undefined) serve = checkedObject(owns, flow, owner, system, serve);
  if (saga) serve = orchestrated(saga, flow, owner, name, system);
  if (dedupe) serve = deduped(dedupe, flow, owner, system, serve);
  return new Operation(flow, settings, system.luck.stream(`${owner}.${name}.work`), serve);
}
