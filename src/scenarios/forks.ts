import { isDeepStrictEqual } from 'node:util';
import type { Intervention } from '../sim/run.ts';
import type { Exercise, Option } from './exercise.ts';

type Patch = Readonly<Record<string, unknown>>;

const isMap = (value: unknown): value is Patch =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Two merge patches as one: like a merge, but a null stays, since it still has to delete. */
function composed(first: Patch, second: Patch): Patch {
  const both = Object.entries(second).map(([key, value]) => {
    const before = first[key];
    return [key, isMap(before) && isMap(value) ? composed(before, value) : value] as const;
  });
  return { ...first, ...Object.fromEntries(both) };
}

/** All that an option changes, as a single patch. */
export const asOne = ({ patches }: Option): Patch => patches.reduce(composed, {});

/** The option that an intervention takes in the middle of a run; undefined where it changes something else. */
export function optionTaken({ decide }: Exercise, { patch }: Intervention): Option | undefined {
  if (patch === undefined) return undefined;
  return decide.flatMap(({ options }) => options).find((option) => isDeepStrictEqual(asOne(option), patch));
}
