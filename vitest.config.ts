import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    // Where CI is set, ink draws only its last frame; its tests look at all of them.
    env: { CI: 'false' },
    // Files share what they import; each undoes what it changes in the process.
    isolate: false,
    // One worker more than cores: some tests mostly wait, for a terminal or for threads.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
