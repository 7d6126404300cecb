/** What is worth knowing about a pattern before it is chosen. */
export interface PatternNotes {
  readonly name: string;
  readonly solves: string;
  readonly costs: readonly string[];
  readonly avoidWhen: string;
}

/** What is worth knowing about an option before it is chosen. */
export interface OptionNotes {
  readonly patterns: readonly PatternNotes[];
  /** What it changes in the world, as YAML. */
  readonly patch: string;
}

/** Notes on every option, by decision and option. */
export type Notes = ReadonlyMap<string, OptionNotes>;

/** The key of an option in the notes. */
export const noteKey = (decision: string, option: string): string => `${decision}=${option}`;
