import { channelsAround, channelsOf } from '../../sim/broker/channels.ts';
import type { ServerSettings } from '../../sim/graphql/server.ts';
import type { World } from '../../sim/world/schema/world.ts';

/** What a place of a check is, in the world it is asked about. */
export type Place =
  | { readonly kind: 'client'; readonly client: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'operation'; readonly operation: string; readonly cached: boolean }
  | { readonly kind: 'consumer'; readonly consumer: string; readonly channels: readonly string[] }
  | { readonly kind: 'channel'; readonly channels: readonly string[] }
  | { readonly kind: 'outbox'; readonly service: string }
  | { readonly kind: 'link'; readonly from: string; readonly to: string }
  | { readonly kind: 'step'; readonly cached: boolean };

/** Places that one can ask something about. */
export interface Target {
  /** What they are, for who has named another: `client or consumer`. */
  readonly called: string;
  fits(place: Place): boolean;
}

type Service = World['services'][string];

/** Finds out what a place is; undefined where this world has no such place. */
export function placeIn(world: World, text: string): Place | undefined {
  const link = /^(\S+) -> (\S+)$/.exec(text);
  if (link) return { kind: 'link', from: link[1]!, to: link[2]! };
  if (text.includes('/')) return { kind: 'channel', channels: channelsAround(world, text) };
  if (Object.hasOwn(world.clients, text)) return { kind: 'client', client: text };
  const service = serviceIn(world, text);
  if (service) return { kind: 'service', service: text };
  const [owner = '', part = '', ...inside] = text.split('.');
  const of = serviceIn(world, owner);
  if (!of) return undefined;
  if (inside.length > 0) {
    const cached = cachesIn(of, part).get(inside.join('.'));
    return cached === undefined ? undefined : { kind: 'step', cached };
  }
  if (Object.hasOwn(of.operations, part)) return { kind: 'operation', operation: text, cached: false };
  const route = Object.hasOwn(of.routes, part) ? of.routes[part] : undefined;
  if (route) return { kind: 'operation', operation: text, cached: route.cache !== null };
  const consumer = Object.hasOwn(of.consumers, part) ? of.consumers[part] : undefined;
  if (consumer) {
    const channels = [consumer.from].flat().flatMap((channel) => channelsAround(world, channel));
    return { kind: 'consumer', consumer: text, channels: [...new Set(channels)] };
  }
  if (/^outbox(\[\d+\])?$/.test(part) && of.outbox) return { kind: 'outbox', service: owner };
  return undefined;
}

function serviceIn(world: World, name: string): Service | undefined {
  if (Object.hasOwn(world.services, name)) return world.services[name];
  return Object.hasOwn(world.externals, name) ? world.externals[name] : undefined;
}

/** What is inside an operation, each with whether it keeps answers: steps (`price`), and what resolves a field (`answer.Product.price`). */
function cachesIn({ operations }: Service, name: string): ReadonlyMap<string, boolean> {
  const steps = Object.hasOwn(operations, name) ? operations[name]?.steps : undefined;
  const inside = new Map<string, boolean>();
  for (const [step, { verb, fields, modifiers }] of Object.entries(steps ?? {})) {
    inside.set(step, modifiers.cache !== null);
    if (verb !== 'graphql') continue;
    const { resolve } = fields as unknown as ServerSettings; // as the verb's own fields say
    for (const [field, { cache }] of Object.entries(resolve)) inside.set(`${step}.${field}`, cache !== null);
  }
  return inside;
}

/** Every place of a world that has a name: for errors that offer the nearest. */
export function placesOf(world: World): string[] {
  const places = Object.keys(world.clients);
  for (const [name, service] of [...Object.entries(world.services), ...Object.entries(world.externals)]) {
    places.push(name);
    const parts = [service.operations, service.routes, service.consumers].flatMap((each) =>
      Object.keys(each),
    );
    for (const part of parts) places.push(`${name}.${part}`);
    for (const operation of Object.keys(service.operations))
      for (const inside of cachesIn(service, operation).keys()) places.push(`${name}.${operation}.${inside}`);
    if (service.outbox) places.push(`${name}.outbox`);
  }
  places.push(...channelsOf(world));
  return [...new Set(places)];
}
