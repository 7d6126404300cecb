import { vi } from 'vitest';
import { endingOf } from './ending.ts';
import { runCommandLine } from './program.ts';

/** Runs a command line in this process: what it printed, and the code it would exit with. */
export async function brownout(...argv: string[]): Promise<{ readonly code: number; readonly text: string }> {
  const printed: string[] = [];
  const write = (text: unknown) => printed.push(String(text)) > 0;
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(write),
    vi.spyOn(process.stderr, 'write').mockImplementation(write),
  ];
  try {
    const code = await runCommandLine(argv);
    return { code, text: printed.join('') };
  } catch (error) {
    const { code, text } = await endingOf(error);
    return { code, text: printed.join('') + text };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
