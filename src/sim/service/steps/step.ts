import type { z } from 'zod';
import type { Act, StepContext } from '../../flow/act.ts';
import type { Fields } from '../../world/schema/common.ts';

type Shape = Readonly<Record<string, z.ZodType>>;

/** An operation that a step calls. */
export interface StepCall {
  readonly to: string;
  /** What it is asked with; null: the request as it came. */
  readonly with: Fields | null;
  /** Where the step says so: the way from the step to the object that holds `call` and `with`. */
  readonly at: readonly string[];
}

/** A verb: what may be written of it, and what it does. */
export interface StepDefinition<S extends Shape = Shape> {
  /** One sentence for listings and reference pages. */
  readonly summary: string;
  /** The verb with its target first, then its own settings. Modifiers that any step may carry are not listed. */
  readonly fields: S;
  /** True where the verb records the step's facts itself, in the instant of its effect; else they follow its success. */
  readonly tellsFacts?: true;
  /** The operations that it calls; absent: none. */
  calls?(settings: z.output<z.ZodObject<S>>): readonly StepCall[];
  /** Turns the settings into behaviour, once for each step of a world. */
  compile(settings: z.output<z.ZodObject<S>>, context: StepContext): Act;
}

/** Keeps the types of a verb's settings together with the code that reads them. */
export function defineStep<const S extends Shape>(definition: StepDefinition<S>): StepDefinition<S> {
  return definition;
}
