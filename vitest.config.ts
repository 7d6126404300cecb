import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    // Where CI is set, ink draws only its last frame; its tests look at all of them.
    env: { CI: 'false' },
    // Files share what they import; each undoes what it changes in the process.
    isolate: false,
    // On two cores there would be one worker, which waits while a terminal is being watched.
    maxWorkers: Math.max(2, availableParallelism()),
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
