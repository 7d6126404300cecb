import type { World } from '../../sim/world/schema/world.ts';

const MORE_LOAD = 1.1;
const STRONGER = 1.2;

/** A share as the language takes it: a number from 0 to 1. */
const share = (ppm: number) => Math.min(1, (ppm / 1_000_000) * STRONGER);

/** What makes one fault a fifth stronger: it strikes more often, slows by more, adds more. */
function stronger(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { p, x, add } = settings;
  return {
    ...(typeof p === 'number' && p < 1_000_000 ? { p: share(p) } : {}),
    ...(typeof x === 'number' ? { x: x * STRONGER } : {}),
    ...(typeof add === 'number' ? { add: `${Math.round(add * STRONGER)}us` } : {}),
  };
}

/** A merge patch for a slightly harder world: a tenth more load, and each fault a fifth stronger. */
export function harder({ clients, chaos }: World): object {
  const busier = Object.entries(clients)
    .filter(([, { rate }]) => rate !== null)
    .map(([id, { rate }]) => [id, { rate: `${((rate as number) * MORE_LOAD).toFixed(6)}/s` }]);
  const worse = Object.entries(chaos)
    .map(([id, { settings }]) => [id, stronger(settings)] as const)
    .filter(([, patch]) => Object.keys(patch).length > 0);
  return { clients: Object.fromEntries(busier), chaos: Object.fromEntries(worse) };
}
