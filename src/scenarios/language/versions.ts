import { mergePatch } from '../merge.ts';
import { changeEach, get, mapEntries, type Node, without } from './tree.ts';

const isNull = (node: Node) => node.kind === 'scalar' && node.value === null;

/**
 * Writes each version of a service in full: it is a merge patch on the service as it is written.
 *
 * This comes after all patches, so that what an option changes in a service it changes in all its versions.
 */
export function resolveVersions(world: Node): Node {
  const resolved = (service: Node): Node => {
    const versions = get(service, 'versions');
    if (service.kind !== 'map' || versions?.kind !== 'map') return service;
    const base = without(service, 'versions');
    const whole = mapEntries(versions, (patch) => (isNull(patch) ? undefined : mergePatch(base, patch)));
    const entries = new Map(service.entries);
    const entry = entries.get('versions');
    if (entry) entries.set('versions', { ...entry, value: whole });
    return { ...service, entries };
  };
  return ['services', 'externals'].reduce((out, part) => changeEach(out, part, resolved), world);
}
