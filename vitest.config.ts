import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    // Where CI is set, ink draws only its last frame; its tests look at all of them.
    env: { CI: 'false' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
