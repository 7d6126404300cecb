import { z } from 'zod';
import type { Intervention } from '../sim/run.ts';

const object = z.record(z.string(), z.unknown());

/** Interventions as codes and files hold them: what they patch is checked when the world takes them in. */
export const interventions = z.array(
  z.strictObject({ at: z.int().min(0), patch: object.optional(), chaos: object.optional() }),
);

/** Reads interventions of unknown origin; undefined where they are none. */
export function readInterventions(value: unknown): readonly Intervention[] | undefined {
  const result = interventions.safeParse(value);
  return result.success ? (result.data as readonly Intervention[]) : undefined; // absent keys are absent, not undefined
}
