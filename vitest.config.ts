import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take longest, in that order; without a cache of durations Vitest takes the largest files for them. */
const LONGEST = [
  'test/exercises',
  'test/e2e/package',
  'test/determinism',
  'src/tui/screens/screens',
  'src/sim/faults/matrix',
  'src/play/remote',
  'test/authoring',
  'src/commands/program',
  'src/plain/home',
  'src/scenarios/prove',
].map((name) => `/${name}.test.ts`);

/** Begins what takes longest first: begun last, it would run alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return place < 0 ? LONGEST.length : place;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'],
    // Where CI is set, ink draws only its last frame; its tests look at all of them.
    env: { CI: 'false' },
    // Files share what they import; each undoes what it changes in the process.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // One worker more than cores: some tests mostly wait, for a terminal or for threads.
    maxWorkers: availableParallelism() + 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
