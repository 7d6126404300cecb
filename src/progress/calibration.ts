import type { Entry } from './entry.ts';
import { predictions } from './fold.ts';

/** How sure a person says to be: 1 a guess, 2 fairly sure, 3 certain. */
export type Confidence = 1 | 2 | 3;

/** Words for each degree of confidence. */
export const CONFIDENCE: Readonly<Record<Confidence, string>> = {
  1: 'a guess',
  2: 'fairly sure',
  3: 'certain',
};

/** The chance of being right that each degree stands for, when predictions are scored. */
const STATED: Readonly<Record<Confidence, number>> = { 1: 0.4, 2: 0.65, 3: 0.9 };

/** How often predictions came true, by how sure the person was. */
export interface Calibration {
  readonly levels: readonly {
    readonly confidence: Confidence;
    readonly right: number;
    readonly all: number;
  }[];
  readonly all: number;
  /** Brier's score: the mean squared distance of stated chance from outcome. 0 is perfect; null without predictions. */
  readonly brier: number | null;
}

/** Compares what was predicted with what happened. */
export function calibration(entries: readonly Entry[]): Calibration {
  const made = predictions(entries).flatMap(({ prediction }) => (prediction ? [prediction] : []));
  const levels = ([1, 2, 3] as const).map((confidence) => {
    const group = made.filter((prediction) => prediction.confidence === confidence);
    return { confidence, right: group.filter(({ right }) => right).length, all: group.length };
  });
  const squares = made.map(({ confidence, right }) => (STATED[confidence] - (right ? 1 : 0)) ** 2);
  const brier =
    squares.length === 0 ? null : squares.reduce((sum, square) => sum + square, 0) / squares.length;
  return { levels, all: made.length, brier };
}
