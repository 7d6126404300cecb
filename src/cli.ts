#!/usr/bin/env node
import * as nodeModules from 'node:module';
import { endingOf, tellEnding } from './commands/ending.ts';
import { runCommandLine } from './commands/program.ts';

// Node 22 and later can keep what they have compiled for the next start; most of the program is loaded after this.
(nodeModules as { enableCompileCache?: () => unknown }).enableCompileCache?.();

// Whoever reads our output may stop reading, as `head` does: that is their right and no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

async function main(): Promise<number> {
  const argv = process.argv.slice(2);
  try {
    return await runCommandLine(argv);
  } catch (error) {
    const ending = await endingOf(error);
    tellEnding(ending, argv.includes('--json'));
    return ending.code;
  }
}

// Exits by itself once everything is written; only a worker or a reader that still lives would hold it up.
process.exitCode = await main();
