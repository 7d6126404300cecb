import { expect, test } from 'vitest';
import { ProblemsError, UsageError } from '../problems.ts';
import { EventLimitError } from '../sim/kernel/simulation.ts';
import { endingOf } from './ending.ts';
import { Bug, during } from './failure.ts';
import { jsonText } from './output.ts';

test.each([
  [new UsageError('no such name'), 2, 'no such name'],
  [
    new ProblemsError([{ code: 'x/y', file: 'a.yaml', line: 1, column: 1, length: 1, message: 'wrong' }]),
    3,
    'a.yaml:1:1',
  ],
  [new EventLimitError(20_000_000, 1_000_000), 3, 'feeds itself without end'],
])('ends with the code of what went wrong: %o', async (error, code, text) => {
  expect(await endingOf(error)).toMatchObject({ code, text: expect.stringContaining(text) });
});

test('a bug is told with everything that is needed to see it again', async () => {
  const cause = Object.assign(new TypeError('x is undefined'), { now: 12_418_000 });
  const work = () =>
    during({ exercise: 'EX-703', seed: 'g4' }, () => {
      throw cause;
    });
  expect(work).toThrow(Bug);
  const { code, text } = await endingOf(new Bug(cause, { exercise: 'EX-703', seed: 'g4' }));
  expect(code).toBe(70);
  for (const part of [
    'x is undefined',
    'exercise EX-703, seed g4',
    'virtual time 12418000',
    `node ${process.version}`,
    'engine',
  ]) {
    expect(text).toContain(part);
  }
});

test('what a person did wrong is no bug, wherever it is found', () => {
  const wrong = new UsageError('no such option');
  expect(() =>
    during({ exercise: 'EX-703', seed: '7' }, () => {
      throw wrong;
    }),
  ).toThrow(wrong);
});

test('JSON holds no character that a terminal would obey', () => {
  const text = jsonText({ a: 'x\u001b[2J\u009b31m\u007f' });
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(JSON.parse(text)).toEqual({ a: 'x\u001b[2J\u009b31m\u007f' });
});
