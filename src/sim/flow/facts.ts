import { EvaluationProblem } from '../expression/expression.ts';
import type { Name } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Step } from '../world/schema/operation.ts';
import type { Formulas } from './formula.ts';
import type { Frame } from './frame.ts';

type Effect = (frame: Frame) => void;

const nothing: Effect = () => {};

/**
 * What records a step's facts, and when: in the instant of the effect, or at the step's end.
 *
 * Without fields of its own a fact takes the request's amount and quantity.
 */
export function factEffect(
  { verb, fields, modifiers }: Step,
  tellsFacts: boolean,
  system: System,
  step: Name,
  operation: Name,
  formulas: Formulas,
): { readonly atEffect: Effect; readonly atEnd: Effect | null } {
  const map = (verb === 'fact' ? fields.fact : modifiers.fact) as Readonly<
    Record<string, Readonly<Record<string, string>>>
  > | null;
  if (!map) return { atEffect: nothing, atEnd: null };
  const of = modifiers.of === null ? null : formulas.compile(modifiers.of, `${step.text}.of`);
  const facts = Object.entries(map).map(([name, own]) => ({
    name,
    shape: formulas.shape(own, `${step.text}.${name}`, true),
  }));

  const effect: Effect = (frame) => {
    const thing = of ? system.entities.named(of.value(frame)) : frame.request.thing;
    if (of && !thing) throw new EvaluationProblem(`\`of\` names no entity: ${String(of.value(frame))}`);
    for (const { name, shape } of facts) system.ledger.enter(name, operation, thing, frame, shape(frame));
  };
  if (!tellsFacts) return { atEffect: nothing, atEnd: effect };

  // The effect is true by now and cannot fail any more: a fact without a value is left out, and told to the author.
  const told: Effect = (frame) => {
    try {
      effect(frame);
    } catch (error) {
      if (!(error instanceof EvaluationProblem)) throw error;
      system.blame(step.text, error);
    }
  };
  return { atEffect: told, atEnd: null };
}
