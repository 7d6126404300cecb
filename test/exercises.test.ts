import { describe, expect, test } from 'vitest';
import { crewOf } from '../src/scenarios/grade-pool.ts';
import { builtinExercises } from '../src/scenarios/load.ts';
import { proofLines, prove } from '../src/scenarios/prove.ts';

describe('each exercise that comes with Brownout', () => {
  // No threads: each would compile the simulator for itself, beside the other tests.
  const crew = crewOf(1);

  test('has an id of its own, by which progress is kept', () => {
    const ids = builtinExercises().map(({ id }) => id);
    expect(ids.slice(0, 6)).toEqual(['EX-703', 'EX-1401', 'EX-201', 'EX-301', 'EX-801', 'EX-901']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(builtinExercises().map((exercise) => [exercise.slug, exercise] as const))(
    '%s: right holds, wrong fails for its stated reason, doing nothing does not pass',
    { timeout: 180_000 },
    async (_, exercise) => {
      // The seed that learners watch finds what is broken in the engine or in a text;
      // `brownout check` with 200 hidden ones proves the shares.
      const seeds = [String(exercise.seeds.practice)];
      const report = await prove(exercise, { crew, seeds, space: 0, strict: true });
      expect(report.problems, proofLines(report).join('\n')).toEqual([]);
      expect(report.runs).toBeGreaterThan(8);
    },
  );
});
