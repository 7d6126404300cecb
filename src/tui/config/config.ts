import type { Remapping } from '../keys/bindings.ts';
import type { Look } from '../theme/theme.ts';

/** What a person has set for themselves. */
export interface Config {
  readonly look: Look;
  readonly keys: Remapping;
  /** What is wrong with the file, each in a sentence; what is wrong is left out, and the rest counts. */
  readonly problems: readonly string[];
}

export const NO_CONFIG: Config = { look: {}, keys: {}, problems: [] };
