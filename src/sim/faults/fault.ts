import { z } from 'zod';
import { duration, share, timeWindow } from '../world/quantities.ts';
import type { FaultSite } from './site.ts';

/** When and how often a fault strikes; any fault may carry these. */
export const occasion = {
  at: duration.nullable().default(null),
  for: duration.nullable().default(null),
  during: timeWindow.nullable().default(null),
  /** How likely each chance is taken, in parts per million. */
  p: share.default(1_000_000),
  /** Only these occurrences, counted from 1. */
  nth: z.array(z.int().min(1)).nullable().default(null),
  /** `allowed` where an option makes the fault impossible on purpose. */
  idle: z.literal('allowed').nullable().default(null),
};

const occasionObject = z.strictObject(occasion);
type Occasion = z.output<typeof occasionObject>;

/** Kinds of places that faults know. */
type TargetKind =
  | 'service'
  | 'replica'
  | 'relay'
  | 'operation'
  | 'step'
  | 'database'
  | 'pool'
  | 'link'
  | 'sides'
  | 'channel'
  | 'broker'
  | 'client'
  | 'zone';

type Shape = Readonly<Record<string, z.ZodType>>;

/** A fault: what may be written of it, and how it takes hold of a world. */
export interface FaultDefinition<S extends Shape = Shape> {
  /** One sentence for listings and reference pages. */
  readonly summary: string;
  /** What of a world it can be aimed at. */
  readonly targets: readonly TargetKind[];
  /** The fault's own settings; the first is the verb with its target. */
  readonly fields: S;
  /** Takes hold of the world. Called once, before time begins, or at the moment of an intervention. */
  inject(site: FaultSite, settings: z.output<z.ZodObject<S>> & Occasion): void;
}

/** Keeps the types of a fault's settings together with the code that reads them. */
export function defineFault<const S extends Shape>(definition: FaultDefinition<S>): FaultDefinition<S> {
  return definition;
}

/** A fault after reading: its kind, its target's text, and all its settings. */
export interface FaultDocument {
  readonly kind: string;
  readonly target: string;
  readonly settings: Readonly<Record<string, unknown>> & Occasion;
}
