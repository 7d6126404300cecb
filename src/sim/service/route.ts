import { compileFlow, type Flow } from '../flow/compile.ts';
import type { Frame } from '../flow/frame.ts';
import type { Node } from '../flow/modify.ts';
import type { Body } from '../flow/request.ts';
import { SLOT } from '../flow/slots.ts';
import { destinationsOf } from '../gateway/destinations.ts';
import { httpCached } from '../gateway/http-cache.ts';
import { parseMatch } from '../gateway/match.ts';
import { textFor } from '../graphql/documents.ts';
import type { Process } from '../kernel/process.ts';
import { versionFor } from '../mesh/route.ts';
import { type Failed, failed } from '../outcome.ts';
import { consumerOf } from '../security/token.ts';
import type { System } from '../system.ts';
import type { GraphqlSettings, Route } from '../world/schema/gateway.ts';
import type { Step } from '../world/schema/operation.ts';
import { modifiersOf } from '../world/schema/operation.ts';
import { deduped } from './dedupe.ts';
import { Operation } from './operation.ts';

const FORWARD = 'forward';

/** What a route does that hands its requests on to an operation. */
export function compileForward(system: System, owner: string, name: string, to: string): Node {
  const flow = forwardFlow(system, owner, name, to, null);
  return (frame) => flow.runItem(FORWARD, frame);
}

function forwardFlow(
  system: System,
  owner: string,
  name: string,
  to: string,
  rewrite: Route['rewrite'],
): Flow {
  const forward: Step = { verb: 'call', fields: { call: to, with: rewrite }, modifiers: modifiersOf({}) };
  return compileFlow({ system, owner, operation: name, steps: { [FORWARD]: forward }, order: null });
}

/** Hands a request on to where its headers, its luck and the route's settings send it. */
function forwarded(system: System, owner: string, name: string, route: Route): [Flow, Node] {
  // A query that is known by its name is spelled out on the way.
  const given = route.rewrite ?? (knowsNames(route) ? 'request' : null);
  const flows = new Map(destinationsOf(route).map((to) => [to, forwardFlow(system, owner, name, to, given)]));
  const usual = flows.get(route.to) as Flow; // one of them
  const routing = { rules: Object.values(route.rules), weights: route.weights };
  if (flows.size === 1 && route.weights === null) return [usual, (frame) => usual.runItem(FORWARD, frame)];
  const stream = system.luck.stream(`${owner}.${name}.route`);
  return [
    usual,
    (frame) => {
      const u = stream.uniform(frame.key, frame.variant);
      const to = versionFor(routing, frame.request.body, u);
      const flow = to === undefined ? undefined : flows.get(to ?? route.to);
      return flow ? flow.runItem(FORWARD, frame) : nowhere();
    },
  ];
}

const NO_ROUTE = failed('404', 404);

/** All shares are 0: there is no way. */
function* nowhere(): Process<Failed> {
  return NO_ROUTE;
}

/** A route is an operation of one step: it hands the request on, and the answer back as it came. */
export function compileRoute(system: System, owner: string, name: string, route: Route): Operation {
  const { match, priority, cache, idempotency, graphql } = route;
  const [flow, forward] = forwarded(system, owner, name, route);
  const named = knowsNames(route);
  const detours = system.services.get(owner)?.detours ?? [];
  let serve: Node = (frame) => {
    for (const detour of detours) {
      const wrong = detour(name, frame);
      if (wrong) return wrong(frame);
    }
    if (graphql && named) frame.slots[SLOT.request] = spelledOut(frame, graphql);
    return forward(frame);
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

/** Whether it knows queries by their names or hashes. */
const knowsNames = ({ graphql }: Route): boolean =>
  graphql !== null && (graphql.automatic || Object.keys(graphql.persisted).length > 0);

/** A request with the query that its `persistedQuery` stands for. */
function spelledOut({ request: { body }, host }: Frame, settings: GraphqlSettings): Body {
  const { persistedQuery: name } = body;
  const query = typeof name === 'string' ? textFor(name, settings, host.caches.documents) : undefined;
  return query === undefined ? body : { ...body, query };
}
