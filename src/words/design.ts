import type { Choices } from '../scenarios/choose.ts';
import type { Decision, Exercise, Option } from '../scenarios/exercise.ts';
import { listed, paragraphs, sentence } from './text.ts';

/** The option that was chosen, if any. */
export const chosenOption = ({ id, options }: Decision, choices: Choices): Option | undefined =>
  options.find((option) => option.id === choices[id]);

/** A design in one sentence: `Retry three times; the queue left as it is`. */
export function designWords({ decide }: Exercise, choices: Choices): string {
  if (decide.every(({ id }) => choices[id] === undefined)) return 'nothing changed';
  return decide
    .map((decision) => chosenOption(decision, choices)?.label ?? `${decision.id} left as it is`)
    .join('; ');
}

/** Points that a design takes, out of those that there are. */
export function budgetWords(exercise: Exercise, choices: Choices): string {
  if (exercise.budget === null) return '';
  const used = pointsOf(exercise, choices);
  const over = used > exercise.budget ? ' That is over budget.' : '';
  return `Budget: ${used} of ${exercise.budget} points used.${over}`;
}

/** Points that the chosen options take together. */
export function pointsOf({ decide }: Exercise, choices: Choices): number {
  return decide.reduce((sum, decision) => sum + (chosenOption(decision, choices)?.points ?? 0), 0);
}

/** What an option costs and what it is made of, as far as its author says. */
export function optionAside({ points, patterns }: Option, budget: number | null): string {
  const parts: string[] = [];
  if (patterns.length > 0) parts.push(`pattern: ${listed(patterns)}`);
  if (budget !== null) parts.push(`${points} points`);
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

/** What the author says comes of the chosen options; empty where nothing is said. */
export function consequenceWords({ decide }: Exercise, choices: Choices): string {
  return decide
    .flatMap((decision) => {
      const option = chosenOption(decision, choices);
      return option === undefined || option.consequence === null
        ? []
        : [`"${option.label}": ${paragraphs(option.consequence)}`];
    })
    .join('\n');
}

const WORTH: Readonly<Record<Option['grade'], string>> = {
  5: 'BEST',
  3: 'WORKS, AT A PRICE',
  1: 'SOUND, BUT NOT HERE',
  0: 'MAKES IT WORSE',
};

/** An option as it is told afterwards: what it is worth, and why. */
export function optionDebrief({ label, grade, expect, consequence }: Option): string {
  const told = [expect.because, consequence]
    .filter((text) => text !== null)
    .map((text) => ` ${sentence(paragraphs(text))}`);
  return `${WORTH[grade]}: ${sentence(label)}${told.join('')}`;
}
