import { nearest } from '../../sim/expression/suggest.ts';
import { layered } from '../merge.ts';
import type { ProblemList } from './problem-list.ts';
import { changeAt, changeEach, get, mapEntries, type Node, without } from './tree.ts';

const isTrue = (node: Node | undefined) => node?.kind === 'scalar' && node.value === true;

/**
 * Gives each service that is `like` another the other's definition, under its own, and takes templates out.
 *
 * This comes after all patches, so that one patch on a template reaches all its copies.
 */
export function resolveLikes(world: Node, problems: ProblemList): Node {
  const services = get(world, 'services');
  if (services?.kind !== 'map') return world;
  const resolved = new Map<string, Node>();
  const resolve = (name: string, chain: readonly string[]): Node | undefined => {
    const done = resolved.get(name);
    if (done) return done;
    const service = services.entries.get(name)?.value;
    const like = get(service, 'like');
    if (service?.kind !== 'map' || like?.kind !== 'scalar') return service;
    const other = String(like.value);
    if (chain.includes(other) || other === name) {
      problems.add({
        code: 'world/like-cycle',
        at: like.at,
        message: `\`like\` runs in a circle: ${[...chain, name, other].join(' -> ')}.`,
      });
      return without(service, 'like');
    }
    const under = resolve(other, [...chain, name]);
    if (!under) {
      const near = nearest(other, services.entries.keys());
      problems.add({
        code: 'world/unknown-service',
        at: like.at,
        message: `There is no service \`${other}\` to be like.${near ? ` Did you mean \`${near}\`?` : ''}`,
      });
    }
    const template = under?.kind === 'map' ? without(under, 'template') : undefined;
    const whole = layered([template, without(service, 'like')]) as Node;
    resolved.set(name, whole);
    return whole;
  };
  return changeAt(world, 'services', () =>
    mapEntries(services, (service, name) => {
      if (isTrue(get(service, 'template'))) return undefined;
      const whole = resolve(name, []) ?? service;
      return whole.kind === 'map' ? without(whole, 'template') : whole;
    }),
  );
}

/** `default` under each callee, and both under each of its operations. */
function layeredCalls(calls: Node): Node {
  if (calls.kind !== 'map') return calls;
  const base = get(calls, 'default');
  return mapEntries(calls, (settings, callee) => {
    if (callee === 'default' || settings.kind !== 'map') return settings;
    const [service] = callee.split('.');
    const middle = service === callee ? undefined : get(calls, service as string);
    return layered([base, middle, settings]) as Node;
  });
}

/** Lays the less specific settings of calls under the more specific ones, before any default is filled in. */
export function layerCalls(world: Node): Node {
  const one = (value: Node) => changeAt(value, 'calls', layeredCalls);
  const owner = (value: Node) => changeEach(one(value), 'versions', one);
  return ['services', 'externals', 'clients'].reduce((out, part) => changeEach(out, part, owner), world);
}

/** Lays what a mesh says of all destinations under what it says of each, before any default is filled in. */
export function layerMesh(world: Node): Node {
  const base = get(get(world, 'mesh'), 'default');
  return changeEach(world, 'mesh', (settings, destination) =>
    destination === 'default' || settings.kind !== 'map' ? settings : (layered([base, settings]) as Node),
  );
}
