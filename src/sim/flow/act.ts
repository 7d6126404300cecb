import type { Process } from '../kernel/process.ts';
import type { Outcome } from '../outcome.ts';
import type { Name } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Modifiers } from '../world/schema/operation.ts';
import type { Formulas } from './formula.ts';
import type { Frame } from './frame.ts';

/** What a step does: at once, or over virtual time. */
export type Act =
  | { readonly instant: (frame: Frame) => Outcome; readonly run?: undefined }
  | { readonly run: (frame: Frame) => Process<Outcome>; readonly instant?: undefined };

/** What a verb is told when it is compiled. */
export interface StepContext {
  readonly system: System;
  /** The service or client whose flow this is. */
  readonly owner: string;
  readonly operation: string;
  readonly step: string;
  /** Where expressions find the step's result. */
  readonly slot: number;
  /** `checkout.placeOrder.charge`. */
  readonly place: Name;
  readonly modifiers: Modifiers;
  readonly formulas: Formulas;
  /** Keeps the draws of two steps apart, wherever they stand. */
  readonly salt: number;
  /** Records the step's facts: called by verbs that tell them in the instant of their effect. */
  readonly effect: (frame: Frame) => void;
}
