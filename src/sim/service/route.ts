import { compileFlow, type Flow } from '../flow/compile.ts';
import type { Frame } from '../flow/frame.ts';
import type { Node } from '../flow/modify.ts';
import type { Body } from '../flow/request.ts';
import { SLOT } from '../flow/slots.ts';
import { httpCached } from '../gateway/http-cache.ts';
import { parseMatch } from '../gateway/match.ts';
import { consumerOf } from '../security/token.ts';
import type { System } from '../system.ts';
import type { Route } from '../world/schema/gateway.ts';
import type { Step } from '../world/schema/operation.ts';
import { modifiersOf } from '../world/schema/operation.ts';
import { deduped } from './dedupe.ts';
import { Operation } from './operation.ts';

const FORWARD = 'forward';

/** What a route does that hands its requests on to an operation. */
export function compileForward(system: System, owner: string, name: string, to: string): Node {
  const flow = forwardFlow(system, owner, name, to);
  return (frame) => flow.runItem(FORWARD, frame);
}

function forwardFlow(
  system: System,
  owner: string,
  name: string,
  to: string,
  given: string | null = null,
): Flow {
  const forward: Step = { verb: 'call', fields: { call: to, with: given }, modifiers: modifiersOf({}) };
  return compileFlow({ system, owner, operation: name, steps: { [FORWARD]: forward }, order: null });
}

/** A route is an operation of one step: it hands the request on, and the answer back as it came. */
export function compileRoute(system: System, owner: string, name: string, route: Route): Operation {
  const { to, match, priority, cache, idempotency, graphql } = route;
  const persisted = graphql?.persisted ?? {};
  const names = Object.keys(persisted).length > 0;
  const flow = forwardFlow(system, owner, name, to, names ? 'request' : null);
  const detours = system.services.get(owner)?.detours ?? [];
  let serve: Node = (frame) => {
    for (const detour of detours) {
      const wrong = detour(name, frame);
      if (wrong) return wrong(frame);
    }
    if (names) frame.slots[SLOT.request] = spelledOut(frame.request.body, persisted);
    return flow.runItem(FORWARD, frame);
  };
  if (idempotency) {
    const settings = {
      key: 'request.idempotencyKey',
      in: 'redis' as const,
      mark: 'after' as const,
      size: 1_000_000,
      ...idempotency,
    };
    // The same key of another sender is another key, or one could read what another was answered.
    const scope = (frame: Frame) => `${consumerOf(frame.request.credentials)}/`;
    serve = deduped(settings, flow, owner, system, serve, scope);
  }
  if (cache) {
    const { place } = flow;
    const key = cache.key === null ? null : flow.formulas.compile(cache.key, `${place.text}.cache.key`);
    const parsed = match === null ? null : (parseMatch(match) ?? null);
    serve = httpCached(serve, cache, parsed, key, system, place);
  }
  const settings = { work: null, workPerItem: 0, priority, dedupe: null, saga: null, steps: {}, order: null };
  return new Operation(flow, settings, system.luck.stream(`${owner}.${name}.work`), serve);
}

/** A request with the query that its `persistedQuery` stands for. */
function spelledOut(body: Body, persisted: Readonly<Record<string, string>>): Body {
  const { persistedQuery: name } = body;
  const query = typeof name === 'string' && Object.hasOwn(persisted, name) ? persisted[name] : undefined;
  return query === undefined ? body : { ...body, query };
}
