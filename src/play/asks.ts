import type { BothAsk, RunAsk } from './engine.ts';

/** What each design of a pair is asked for: the exercise as it is, in one universe. */
export const asksOf = ({ exercise, a, b, seed }: BothAsk): { readonly a: RunAsk; readonly b: RunAsk } => {
  const ask = { exercise, seed, interventions: [], variation: null };
  return { a: { ...ask, choices: a }, b: { ...ask, choices: b } };
};
