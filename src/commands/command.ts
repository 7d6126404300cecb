import type { Output } from './output.ts';

/** One option of a command, as commander writes them: `--seed <text>`. */
interface OptionSpec {
  readonly flags: string;
  readonly about: string;
  /** May be given several times. */
  readonly many?: boolean;
}

/** What a command was called with. */
export interface Call {
  readonly args: readonly string[];
  /** By the option's long name; a list where it may be given several times. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly out: Output;
}

/**
 * A command: how it is called, what its help says, and what it does.
 *
 * What is heavy is imported inside `run`, so that `--help` loads none of it.
 */
export interface Command {
  /** With its arguments: `play <exercise>`. */
  readonly usage: string;
  readonly summary: string;
  /** More for its own help page. */
  readonly about?: string;
  readonly options?: readonly OptionSpec[];
  /** Command lines with what they do. */
  readonly examples: readonly (readonly [line: string, effect: string])[];
  /** Does the work, and gives the code to exit with. */
  run(call: Call): Promise<number>;
}

/** The exit codes of every command. */
export const EXIT = { ok: 0, failed: 1, usage: 2, problems: 3, bug: 70, interrupted: 130 } as const;

/** A text option; undefined where it was not given. */
export function text(options: Call['options'], name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** A list option; empty where it was not given. */
export function list(options: Call['options'], name: string): readonly string[] {
  const value = options[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Whether a flag was given. */
export const flag = (options: Call['options'], name: string): boolean => options[name] === true;
