import { z } from 'zod';
import { timeWindow } from '../../../sim/world/quantities.ts';
import type { Target } from '../places.ts';
import type { Finding, Measures } from '../verdict.ts';
import type { RunView } from '../view.ts';

/** What any check may carry. */
export const common = {
  /** `secondary` checks are shown, and decide nothing alone. */
  weight: z.enum(['primary', 'secondary']).default('primary'),
  /** Only this stretch of the run counts. */
  during: timeWindow.nullable().default(null),
  /** This stretch does not count. */
  outside: timeWindow.nullable().default(null),
};

const commonObject = z.strictObject(common);
export type CommonSettings = z.output<typeof commonObject>;

type Shape = Readonly<Record<string, z.ZodType>>;

interface Said {
  /** What is demanded, with its threshold. */
  readonly need: string;
  /** What the run gave. */
  readonly got: string;
}

interface Told extends Said {
  /** The numbers in `got`, not rounded. */
  readonly measures: Measures;
  readonly doubt?: never;
}

interface Doubted extends Said {
  /** Why there is no verdict, although nothing was found broken. */
  readonly doubt: 'vacuous' | 'unknown';
  readonly measures?: never;
}

/** What a check says when it is through; its findings have been yielded before. */
export type Summary = Told | Doubted;

/** A check while it runs: yields what breaks it, in any order, and sums up at the end. */
export type Judgement = Generator<Finding, Summary, void>;

/** A kind of check: what may be written of it, and how it is held against a run. */
export interface CheckDefinition<S extends Shape = Shape> {
  /** One sentence for listings and reference pages. */
  readonly summary: string;
  /** The check's own settings; the first is the verb with its target. */
  readonly fields: S;
  /** The places that its verb may name; absent where it names none. */
  readonly target?: Target;
  judge(view: RunView, settings: z.output<z.ZodObject<S>> & CommonSettings): Judgement;
}

/** Keeps the types of a check's settings together with the code that reads them. */
export function defineCheck<const S extends Shape>(definition: CheckDefinition<S>): CheckDefinition<S> {
  return definition;
}
