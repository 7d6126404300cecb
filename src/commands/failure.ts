import { ENGINE_VERSION } from '../sim/run.ts';

/** What was being simulated when something of ours went wrong: all that is needed to see it again. */
export interface Circumstances {
  readonly exercise: string;
  readonly seed: string;
}

/** Our own assumption did not hold; the program ends with 70. */
export class Bug extends Error {
  override readonly name = 'Bug';
  readonly circumstances: Circumstances | null;

  constructor(cause: unknown, circumstances: Circumstances | null) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.circumstances = circumstances;
  }
}

/** Errors that are somebody's input, or somebody's wish, and no bug. */
const EXPECTED: ReadonlySet<string> = new Set([
  'ProblemsError',
  'UsageError',
  'EventLimitError',
  'EndOfInput',
  'Interrupted',
  'AbortError',
]);

/** Whether an error is foreseen: it then has its own exit code and message. */
const isExpected = (error: unknown): error is Error => error instanceof Error && EXPECTED.has(error.name);

/** Does the work; a bug on the way is told with its circumstances. */
export function during<T>(circumstances: Circumstances, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isExpected(error) || error instanceof Bug) throw error;
    throw new Bug(error, circumstances);
  }
}

/** What a person should send us about a bug. */
export function bugReport(error: unknown, version: string): string {
  const bug = error instanceof Bug ? error : new Bug(error, null);
  const cause = bug.cause instanceof Error ? bug.cause : bug;
  const now = (cause as { now?: unknown }).now;
  const lines = [
    `BUG in Brownout: ${bug.message}`,
    'Nothing is wrong with your document or your design. Please report this text:',
    `  version ${version}, engine ${ENGINE_VERSION}, node ${process.version}, ${process.platform} ${process.arch}`,
  ];
  if (bug.circumstances)
    lines.push(`  exercise ${bug.circumstances.exercise}, seed ${bug.circumstances.seed}`);
  if (typeof now === 'number') lines.push(`  virtual time ${now} microseconds`);
  const stack = cause.stack?.split('\n').slice(1, 6) ?? [];
  return [...lines, ...stack.map((line) => `  ${line.trim()}`)].join('\n');
}
