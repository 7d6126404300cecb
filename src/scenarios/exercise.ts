import type { Checks } from './judge/document.ts';
/** Where something stands in the exercise's file; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What an option leads to, as its author claims; `brownout check` proves it. */
export interface Expect {
  /** Checks that hold in every seed; `all`: every one, secondary ones too. */
  readonly holds: 'all' | readonly string[];
  /** Checks that fail; the first of them breaks first. */
  readonly fails: readonly string[];
  /** Checks that may fail without being reported. */
  readonly mayFail: readonly string[];
  /** In how many of the seeds each of `fails` fails at least, in parts per million. */
  readonly share: number;
  /** Shown after the run, next to the causal chain. */
  readonly because: string | null;
  /** Numbers that the text promises: a CEL expression on the whole run, and its range. */
  readonly sees: Readonly<Record<string, { readonly from: number; readonly to: number }>>;
}

/** One answer to a decision: what it is called, what it is worth, and what it changes. */
export interface Option {
  readonly id: string;
  readonly label: string;
  /** 5 best, 3 works at a price, 1 sane but no solution here, 0 makes it worse. */
  readonly grade: 0 | 1 | 3 | 5;
  readonly expect: Expect;
  /** What the learner reads after having chosen it. */
  readonly consequence: string | null;
  /** True for the answer that the exercise teaches: without it the design must fail. */
  readonly teaches: boolean;
  /** What it takes of the exercise's budget. */
  readonly points: number;
  /** Merge patches on the world, in the order in which they are applied: pattern, patch, set. */
  readonly patches: readonly Readonly<Record<string, unknown>>[];
  /** The patterns it applies, by name. */
  readonly patterns: readonly string[];
  readonly at: Place;
}

/** A question of design; one answer is chosen, or it is left open and the world stays as written. */
export interface Decision {
  readonly id: string;
  readonly ask: string;
  readonly options: readonly Option[];
  readonly at: Place;
}

/** A question before the run. With `measure` the run itself knows the right answer's place in the list. */
interface Predict {
  readonly ask: string;
  readonly answers: readonly string[];
  /** CEL on the whole run; its value is the index of the true answer, from 0. */
  readonly measure: string | null;
}

/** The causal sentence to pick after the run. */
interface Explain {
  readonly ask: string;
  readonly answers: readonly { readonly text: string; readonly true: boolean }[];
}

/** One changed condition, tried on one option. */
export interface Variation {
  readonly id: string;
  readonly ask: string;
  /** The option it is tried on: `decision=option`, or the option's id where only one decision has it. */
  readonly of: string;
  readonly patch: Readonly<Record<string, unknown>>;
  readonly expect: Expect;
  readonly at: Place;
}

type Style = 'try-first' | 'worked' | 'incident' | 'capstone';

/** A lesson: its texts, its decisions, and how a run is judged. The world is made of it by `choose`. */
export interface Exercise {
  /** The path or the name it was read from. */
  readonly file: string;
  readonly text: string;
  /** 16 hex digits over the document, its base world and its patterns: equal texts mean equal worlds. */
  readonly hash: string;
  readonly id: string;
  /** The file's name without number and extension. */
  readonly slug: string;
  readonly title: string;
  readonly chapter: string | number | null;
  readonly style: Style;
  readonly minutes: number | null;
  readonly objectives: readonly string[];
  readonly brief: string;
  readonly predict: Predict | null;
  readonly decide: readonly Decision[];
  readonly checks: Checks;
  readonly explain: Explain | null;
  readonly vary: readonly Variation[];
  /** Points that the chosen options may cost together; null: no bound. */
  readonly budget: number | null;
  /** None, or three that say more and more. */
  readonly hints: readonly string[];
  readonly debrief: string | null;
  readonly whenNot: string | null;
  readonly realWorld: string | null;
  readonly sources: readonly string[];
  readonly seeds: { readonly practice: number | string; readonly grade: number };
  /** Whether three times the capacity, and nothing else, may pass. */
  readonly bigbox: 'allowed' | 'refused';
  /** What the author should know and need not mend, such as steps that `keep` dropped. */
  readonly notes: readonly string[];
}
