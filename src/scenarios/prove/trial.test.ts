import { expect, test } from 'vitest';
import { ProblemsError } from '../../problems.ts';
import { EventLimitError } from '../../sim/kernel/simulation.ts';
import { parseExercise } from '../load.ts';
import { LOST_ANSWER } from './lost-answer.fixture.ts';
import { attempted, ifRunnable, type Trial } from './trial.ts';

const exercise = parseExercise(LOST_ANSWER, 'lost-answer.yaml');
const at = { file: 'lost-answer.yaml', line: 3, column: 1 };
const trial: Trial = { label: 'right', what: 'retry=retry', design: { choices: { retry: 'retry' } }, at };

const place = { file: 'lost-answer.yaml', line: 9, column: 2, length: 1 };
const noWorld = new ProblemsError([
  { code: 'world/unknown-step', ...place, message: 'There is no step `tell`.' },
]);
const endless = new EventLimitError(20_000_000, 1_000_000);
const bug = new TypeError('x is not a function');

test.each([
  ['makes no world', noWorld, 'There is no step `tell`.'],
  ['never ends', endless, 'it never ends'],
])('a design that %s fails its own proof, at its own place', async (_, error, words) => {
  const proof = await attempted(exercise, trial, () => Promise.reject(error));
  expect(proof).toMatchObject({
    ok: false,
    what: 'retry=retry',
    problems: [{ code: 'check/cannot-run', line: 3 }],
  });
  expect(proof.problems[0]?.message).toContain(words);
  expect(await ifRunnable(Promise.reject(error))).toBeNull();
});

test('a bug of ours stops everything', async () => {
  await expect(attempted(exercise, trial, () => Promise.reject(bug))).rejects.toThrow(bug);
  await expect(ifRunnable(Promise.reject(bug))).rejects.toThrow(bug);
});
