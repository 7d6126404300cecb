import { describe, expect, test } from 'vitest';
import { ProblemsError } from '../problems.ts';
import { WorkerCrew } from '../scenarios/grade-pool.ts';
import { simulateDesign } from '../scenarios/grade-seed.ts';
import { parseExercise } from '../scenarios/load.ts';
import { LOST_ANSWER } from '../scenarios/prove/lost-answer.fixture.ts';
import { ENGINE_VERSION } from '../sim/run.ts';
import { readReplayFile, replay, replayFileOf, writeReplayFile } from './file.ts';
import { checkTwice, runningBy, runningHere } from './twice.ts';

const exercise = parseExercise(LOST_ANSWER, 'lost-answer.yaml');
const interventions = [{ at: 5_000_000, chaos: { lost: { p: '50%' } } }];
const moment = { choices: { retry: 'retry' }, seed: 'g3', position: 42, interventions };
const run = simulateDesign(exercise, moment, moment.seed);
const text = writeReplayFile(replayFileOf(exercise, moment, run));

/** The file after someone has changed something in it. */
function changed(change: (document: Record<string, never>) => void): string {
  const document = JSON.parse(text);
  change(document);
  return JSON.stringify(document);
}

describe('a replay file', () => {
  test('replays the same run, interventions included, from its own text alone', () => {
    const file = readReplayFile(text, 'a.json');
    expect(file).toMatchObject({ choices: moment.choices, seed: 'g3', position: 42, interventions });
    const outcome = replay(file);
    expect(outcome).toMatchObject({ same: true, parting: null, differences: [] });
    expect(outcome.run.fingerprint).toBe(run.fingerprint);
  });

  test('an intervention leaves the past as it was', () => {
    const untouched = simulateDesign(exercise, { choices: moment.choices }, 'g3');
    expect(untouched.fingerprint).not.toBe(run.fingerprint);
    for (let i = 0; untouched.record.timeAt(i) < 5_000_000; i++) {
      expect(run.record.timeAt(i)).toBe(untouched.record.timeAt(i));
      expect(run.record.kindAt(i)).toBe(untouched.record.kindAt(i));
    }
  });

  test('never passes a difference silently', () => {
    const other = readReplayFile(
      changed((document) => Object.assign(document, { seed: 'g4' })),
      'a.json',
    );
    const { same, parting, differences } = replay(other);
    expect(same).toBe(false);
    expect(parting).toMatchObject({ rung: 0, from: 0 });
    expect(differences[0]).toMatch(/^The run differs from the one in the file, first between records 0 and/);
  });

  test('of another engine says so, and how to get that one', () => {
    const file = readReplayFile(
      changed((document) => Object.assign(document, { engine: ENGINE_VERSION + 1 })),
      'a.json',
    );
    expect(replay(file).differences[0]).toContain('npx brownout@latest replay');
  });

  test.each([
    ['no JSON', 'hello', 'replay/not-json'],
    ['other JSON', '{"format":"tar"}', 'replay/not-a-replay'],
    ['a list', '[]', 'replay/not-a-replay'],
    ['no version', changed((document) => Object.assign(document, { version: '1' })), 'replay/no-version'],
    [
      'a newer version',
      changed((document) => Object.assign(document, { version: 99 })),
      'replay/newer-version',
    ],
    ['a missing part', changed((document) => delete document['seed']), 'replay/damaged'],
    ['a part too many', changed((document) => Object.assign(document, { run: 'rm' })), 'replay/damaged'],
  ])('with %s is refused', (_, given, code) => {
    const read = () => readReplayFile(given, 'a.json');
    expect(read).toThrow(ProblemsError);
    expect(read).toThrow(code);
  });
});

describe('a doubled run', () => {
  const design = { choices: moment.choices, interventions };
  const here = runningHere(() => simulateDesign(exercise, design, 'g3'));

  test('is the same on this thread and on another', async () => {
    const crew = new WorkerCrew(1);
    try {
      const report = await checkTwice(here, runningBy(crew, exercise, design, 'g3'));
      expect(report).toEqual({
        same: true,
        fingerprint: run.fingerprint,
        records: run.record.length,
        divergence: null,
      });
    } finally {
      await crew.close();
    }
  });

  test('that differs is shown at the first event that does, with both contexts', async () => {
    const other = runningHere(() => simulateDesign(exercise, { choices: moment.choices }, 'g3'));
    const { same, divergence } = await checkTwice(here, other);
    expect(same).toBe(false);
    const marked = [divergence?.first, divergence?.second].map((lines) =>
      lines?.filter((line) => line.startsWith('>')),
    );
    expect(marked[0]).toHaveLength(1);
    expect(marked[0]).not.toEqual(marked[1]);
    expect(marked[0]?.[0]).toMatch(new RegExp(`^> ${divergence?.record} `));
    expect(divergence?.first.slice(0, 3)).toEqual(divergence?.second.slice(0, 3));
  });
});
