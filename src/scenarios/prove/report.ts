import type { Problem } from '../../problems.ts';
import type { Choices } from '../choose.ts';
import type { Watching } from '../grade.ts';
import type { Crew } from '../grade-pool.ts';
import type { Judged } from './claims.ts';

/** One thing that an exercise claims, or must not allow, and how it came out. */
export interface Proof {
  readonly label: 'right' | 'wrong' | 'other' | 'nothing' | 'ablate' | 'bigbox' | 'vary' | 'edge' | 'space';
  /** What was tried: `retry=e`, `(nothing)`, `- retry`, `capacity x3`. */
  readonly what: string;
  readonly choices: Choices;
  readonly verb: Judged['verb'];
  /** Seeds in which it came out as it should. */
  readonly n: number;
  readonly of: number;
  readonly reason: string;
  readonly ok: boolean;
  readonly notes: readonly string[];
  readonly problems: readonly Problem[];
  /** A seed that contradicts it, to be watched. */
  readonly seed: string | null;
  /** For an option that fails: the chain that was found in its first failing seed. */
  readonly why: readonly string[];
}

/** What `brownout check` proves of one exercise. */
export interface ProofReport {
  readonly format: 1;
  readonly kind: 'check';
  readonly exercise: string;
  readonly title: string;
  readonly file: string;
  readonly hash: string;
  readonly engine: number;
  readonly seeds: number;
  readonly strict: boolean;
  readonly proofs: readonly Proof[];
  /** Everything that is wrong, with its place; none where the exercise is proved. */
  readonly problems: readonly Problem[];
  readonly ok: boolean;
  readonly runs: number;
  readonly events: number;
  readonly seconds: number;
  readonly secondsPerThousandRuns: number;
}

/** How much to prove. */
export interface ProveAsk extends Watching {
  /** How many hidden seeds for each design, or which seeds. The exercise's own number unless said otherwise. */
  readonly seeds?: number | readonly string[];
  /** Whether a failure that no `expect` names is an error. */
  readonly strict?: boolean;
  /** Stops a design once its seeds disagree. Off unless said otherwise, so that n of N is of all N. */
  readonly earlyExit?: boolean;
  /** Designs tried beyond the claimed ones, at most; none with 0. */
  readonly space?: number;
  /** Who does the work; a crew of all cores is made where there is none, and closed again. */
  readonly crew?: Crew;
  readonly workers?: number;
}
