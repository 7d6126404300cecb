import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Choices } from '../src/scenarios/choose.ts';
import { type Crew, crewOf } from '../src/scenarios/grade-pool.ts';
import { builtinExercises } from '../src/scenarios/load.ts';
import { proofLines, prove } from '../src/scenarios/prove.ts';
import { recorded, recordedDesigns } from './fingerprint-cases.ts';

describe('each exercise that comes with Brownout', () => {
  test('has an id of its own, by which progress is kept', () => {
    const ids = builtinExercises().map(({ id }) => id);
    expect(ids.slice(0, 6)).toEqual(['EX-703', 'EX-1401', 'EX-201', 'EX-301', 'EX-801', 'EX-901']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each(builtinExercises().map((exercise) => [exercise.slug, exercise] as const))(
    '%s: right holds, wrong fails for its stated reason, doing nothing does not pass; runs contain what was recorded',
    { timeout: 180_000 },
    async (slug, exercise) => {
      const { crew, fingerprintOf } = watchedCrew();
      // The seed that learners watch finds what is broken in the engine or in a text;
      // `brownout check` with 200 hidden ones proves the shares.
      const seeds = [String(exercise.seeds.practice)];
      const report = await prove(exercise, { crew, seeds, space: 0, strict: true });
      expect(report.problems, proofLines(report).join('\n')).toEqual([]);
      expect(report.runs).toBeGreaterThan(8);
      for (const [name, choices] of recordedDesigns(exercise))
        expect(fingerprintOf(choices), name).toBe(recorded.runs[`${slug}: ${name}`]);
    },
  );
});

/** A crew that keeps the fingerprint of the first run of each job. No threads: each would compile the simulator for itself. */
function watchedCrew(): { crew: Crew; fingerprintOf(choices: Choices): string | undefined } {
  const solo = crewOf(1);
  const seen: { readonly choices: Choices; readonly fingerprint: string | undefined }[] = [];
  const crew: Crew = {
    ...solo,
    async perform(exercise, job) {
      const answer = await solo.perform(exercise, job);
      const { choices, patches = [] } = job.design;
      if (patches.length === 0) seen.push({ choices, fingerprint: answer[0]?.result.fingerprint });
      return answer;
    },
  };
  const fingerprintOf = (choices: Choices) =>
    seen.find((each) => isDeepStrictEqual(each.choices, choices))?.fingerprint;
  return { crew, fingerprintOf };
}
