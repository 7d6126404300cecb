import { channelsAround, channelsOf } from '../../sim/broker/channels.ts';
import type { World } from '../../sim/world/schema/world.ts';

/** What a place of a check is, in the world it is asked about. */
export type Place =
  | { readonly kind: 'client'; readonly client: string }
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'operation'; readonly operation: string }
  | { readonly kind: 'consumer'; readonly consumer: string; readonly channels: readonly string[] }
  | { readonly kind: 'channel'; readonly channels: readonly string[] }
  | { readonly kind: 'outbox'; readonly service: string }
  | { readonly kind: 'link'; readonly from: string; readonly to: string }
  | { readonly kind: 'step'; readonly step: string };

/** Finds out what a place is; undefined where this world has no such place. */
export function placeIn(world: World, text: string): Place | undefined {
  const link = /^(\S+) -> (\S+)$/.exec(text);
  if (link) return { kind: 'link', from: link[1]!, to: link[2]! };
  if (text.includes('/')) return { kind: 'channel', channels: channelsAround(world, text) };
  if (Object.hasOwn(world.clients, text)) return { kind: 'client', client: text };
  const service = serviceIn(world, text);
  if (service) return { kind: 'service', service: text };
  const [owner = '', part = '', step] = text.split('.');
  const of = serviceIn(world, owner);
  if (!of) return undefined;
  if (step !== undefined) {
    return Object.hasOwn(of.operations[part]?.steps ?? {}, step) ? { kind: 'step', step: text } : undefined;
  }
  if (Object.hasOwn(of.operations, part)) return { kind: 'operation', operation: text };
  const consumer = Object.hasOwn(of.consumers, part) ? of.consumers[part] : undefined;
  if (consumer) {
    const channels = [consumer.from].flat().flatMap((channel) => channelsAround(world, channel));
    return { kind: 'consumer', consumer: text, channels: [...new Set(channels)] };
  }
  if (/^outbox(\[\d+\])?$/.test(part) && of.outbox) return { kind: 'outbox', service: owner };
  return undefined;
}

function serviceIn(world: World, name: string) {
  if (Object.hasOwn(world.services, name)) return world.services[name];
  return Object.hasOwn(world.externals, name) ? world.externals[name] : undefined;
}

/** Every place that `slo`, `recovers` and the like may name in a world: for errors that offer the nearest. */
export function placesOf(world: World): string[] {
  const places = Object.keys(world.clients);
  for (const [name, service] of [...Object.entries(world.services), ...Object.entries(world.externals)]) {
    places.push(name);
    for (const operation of Object.keys(service.operations)) places.push(`${name}.${operation}`);
    for (const consumer of Object.keys(service.consumers)) places.push(`${name}.${consumer}`);
    if (service.outbox) places.push(`${name}.outbox`);
  }
  places.push(...channelsOf(world));
  return [...new Set(places)];
}
