import { wrap } from '../words/text.ts';
import { EXIT } from './command.ts';
import { JSON_FORMAT, jsonText } from './output.ts';

/** How a failed command ends: what it says, and the code it exits with. */
export interface Ending {
  readonly code: number;
  readonly text: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What an error means for a person: their usage, their document, their wish to stop, or our bug. */
export async function endingOf(error: unknown): Promise<Ending> {
  const name = error instanceof Error ? error.name : '';
  const message = error instanceof Error ? error.message : String(error);
  if (name === 'UsageError') return { code: EXIT.usage, text: message };
  if (name === 'ProblemsError') {
    const { problems } = error as { readonly problems?: readonly unknown[] };
    return { code: EXIT.problems, text: message, details: { problems } };
  }
  if (name === 'EventLimitError')
    return { code: EXIT.problems, text: `This world feeds itself without end: ${message}` };
  if (name === 'Interrupted' || name === 'AbortError') return { code: EXIT.interrupted, text: '' };
  if (name === 'EndOfInput') return { code: EXIT.ok, text: '' };
  const { bugReport } = await import('./failure.ts');
  const { packageVersion } = await import('./version.ts');
  return { code: EXIT.bug, text: bugReport(error, packageVersion()) };
}

/** Says how it ended: for people on the error stream, for programs as a document. */
export function tellEnding({ code, text, details = {} }: Ending, json: boolean): void {
  if (text === '') return;
  if (json)
    process.stdout.write(
      `${jsonText({ format: JSON_FORMAT, kind: 'error', code, message: text, ...details })}\n`,
    );
  else process.stderr.write(`${wrap(text, Number.POSITIVE_INFINITY)}\n`);
}
