import type { Finding } from '../verdict.ts';
import type { RunView } from '../view.ts';

/** Something that no design can break in the real world: if it breaks here, money or goods came from nowhere. */
export interface Law {
  readonly need: string;
  /** Yields what breaks it; returns what was counted. */
  judge(view: RunView): Generator<Finding, string, void>;
}
