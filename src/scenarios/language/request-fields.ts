import { callsOf, handlerOf } from '../../sim/service/calls-of.ts';
import type { WorldView } from './world-view.ts';
import { type Flow, runningSteps } from './world-view.ts';

/** The fields that a request of an operation may have; undefined where nobody can tell. */
export type RequestFields = ReadonlyMap<string, readonly string[] | undefined>;

/** What is in every request. */
const ALWAYS = ['idempotencyKey', 'deadline'];

/** Fields that arrive somewhere: a set that grows, or `open` where any may come. */
interface Arriving {
  readonly fields: Set<string>;
  open: boolean;
  reached: boolean;
}

/**
 * Follows the requests of clients through calls and messages: what `request` can hold in each operation.
 *
 * A field counts as known if one caller gives it; where a body is an expression, anything may be in it.
 */
export function requestFields(view: WorldView): RequestFields {
  const arriving = new Map<string, Arriving>(
    view.flows.map(({ address }) => [address, { fields: new Set(), open: false, reached: false }]),
  );
  const travelling = [...Object.keys(view.world.entities), ...ALWAYS];
  for (const flow of view.flows) {
    if (!flow.client) continue;
    const here = arriving.get(flow.address) as Arriving;
    here.reached = true;
    for (const field of Object.keys(view.world.clients[flow.owner]?.data ?? {})) here.fields.add(field);
  }
  scheduled(view, arriving);
  aggregated(view, arriving);
  for (let changed = true; changed; ) {
    changed = false;
    for (const flow of view.flows)
      for (const [to, body] of sent(view, flow))
        if (deliver(arriving.get(flow.address), arriving.get(to), body)) changed = true;
  }
  return new Map(
    [...arriving].map(([address, { fields, open, reached }]) => [
      address,
      open || !reached ? undefined : [...new Set([...travelling, ...fields])],
    ]),
  );
}

/** Jobs start with an empty request. */
function scheduled(view: WorldView, arriving: ReadonlyMap<string, Arriving>): void {
  for (const [owner, { service }] of view.owners) {
    for (const { do: operation } of Object.values(service.schedules)) {
      const target = arriving.get(`${owner}.${operation}`);
      if (target) target.reached = true;
    }
  }
}

/** What an aggregator makes of several messages holds their bodies, too, and whether they were all. */
function aggregated(view: WorldView, arriving: ReadonlyMap<string, Arriving>): void {
  for (const [owner, { service }] of view.owners)
    for (const { aggregate, do: one, on } of Object.values(service.consumers)) {
      if (!aggregate) continue;
      for (const operation of [one, ...Object.values(on ?? {})]) {
        const target = arriving.get(`${owner}.${operation}`);
        for (const field of ['parts', 'complete']) target?.fields.add(field);
      }
    }
}

/** A body: absent, one expression, or one for each field. */
type Body = string | Readonly<Record<string, string>> | null;

/** The operations that a flow's calls and messages end up in, and what they are given. */
function sent(view: WorldView, flow: Flow): [to: string, body: Body][] {
  return runningSteps(flow).flatMap((name): [string, Body][] => {
    const step = flow.steps[name];
    if (!step) return [];
    const { verb, fields, modifiers } = step;
    const out: [string, Body][] = [];
    const undo = modifiers.undo && view.operationAt(modifiers.undo.call);
    if (modifiers.undo && undo) out.push([undo, modifiers.undo.with]);
    for (const { to: address, with: body } of callsOf(step)) {
      const to = view.operationAt(address);
      if (to) out.push([to, body]);
    }
    const handler = handlerOf(step);
    const takes = handler && view.operationAt(handler.to);
    if (takes) for (const message of messagesOf(view, handler.of)) out.push([takes, message]);
    if (verb === 'publish')
      for (const to of heardBy(view, String(fields.publish))) out.push([to, fields.body as Body]);
    return out;
  });
}

/** What an operation sends as messages of its response; anything where others send for it. */
function messagesOf(view: WorldView, address: string): Body[] {
  const flow = view.flows.find((one) => one.address === view.operationAt(address));
  const sends = Object.values(flow?.steps ?? {}).filter(({ verb }) => verb === 'send');
  return sends.length === 0 ? ['messages'] : sends.map(({ fields }) => fields.send as Body);
}

/** The operations that handle what is published to a channel. */
function heardBy(view: WorldView, channel: string): string[] {
  const queues = withDeadLetters(view, view.queuesBehind(channel));
  return [...view.owners].flatMap(([owner, { service }]) =>
    Object.values(service.consumers).flatMap(({ from, do: one, on }) => {
      const takes = [from].flat().some((queue) => queues.includes(queue));
      return takes
        ? [...(one === null ? [] : [one]), ...Object.values(on ?? {})].map(
            (operation) => `${owner}.${operation}`,
          )
        : [];
    }),
  );
}

function deliver(from: Arriving | undefined, to: Arriving | undefined, body: Body): boolean {
  if (!to || !from?.reached) return false;
  const before = to.fields.size;
  const was = to.open && to.reached;
  const wasReached = to.reached;
  to.reached = true;
  if (body === null || body === 'request') {
    if (from.open) to.open = true;
    for (const field of from.fields) to.fields.add(field);
  } else if (typeof body === 'string') to.open = true;
  else for (const field of Object.keys(body)) to.fields.add(field);
  return to.fields.size !== before || to.reached !== wasReached || (to.open && !was);
}

/** Queues, with those that messages can die into from there. */
function withDeadLetters(view: WorldView, queues: readonly string[]): string[] {
  const reached = new Set<string>();
  const open = [...queues];
  for (let queue = open.pop(); queue !== undefined; queue = open.pop()) {
    if (reached.has(queue)) continue;
    reached.add(queue);
    open.push(...view.deadLettersOf(queue));
  }
  return [...reached];
}
