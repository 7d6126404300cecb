import type { z } from 'zod';
import type { Act, StepContext } from '../../flow/act.ts';

type Shape = Readonly<Record<string, z.ZodType>>;

/** A verb: what may be written of it, and what it does. */
export interface StepDefinition<S extends Shape = Shape> {
  /** One sentence for listings and reference pages. */
  readonly summary: string;
  /** The verb with its target first, then its own settings. Modifiers that any step may carry are not listed. */
  readonly fields: S;
  /** True where the verb records the step's facts itself, in the instant of its effect; else they follow its success. */
  readonly tellsFacts?: true;
  /** Turns the settings into behaviour, once for each step of a world. */
  compile(settings: z.output<z.ZodObject<S>>, context: StepContext): Act;
}

/** Keeps the types of a verb's settings together with the code that reads them. */
export function defineStep<const S extends Shape>(definition: StepDefinition<S>): StepDefinition<S> {
  return definition;
}
