import { describe, expect, test } from 'vitest';
import { formatProblem, ProblemsError, printable } from './problems.ts';

const problem = {
  code: 'world/unknown-key',
  file: 'charged-twice.yaml',
  line: 24,
  column: 26,
  length: 7,
  message: 'psp has no setting `retries`. Did you mean `retry`?',
  fix: 'write `retry`',
  excerpt: '  set: { calls: { psp: { retries: 3 } } }',
};

describe('formatProblem', () => {
  test('shows the place, the code, the line with a mark under what is meant, the message and the fix', () => {
    expect(formatProblem(problem)).toBe(
      [
        'charged-twice.yaml:24:26  world/unknown-key',
        '  24 |   set: { calls: { psp: { retries: 3 } } }',
        '     |                          ^^^^^^^',
        'psp has no setting `retries`. Did you mean `retry`?',
        'fix: write `retry`',
      ].join('\n'),
    );
  });

  test('cuts a long line around the mark', () => {
    const excerpt = `${'x'.repeat(300)}HERE${'y'.repeat(300)}`;
    const [, line = '', mark = ''] = formatProblem({ ...problem, excerpt, column: 301, length: 4 }).split(
      '\n',
    );
    expect(line.length).toBeLessThan(120);
    expect(line.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1)).toBe('HERE');
  });

  test('never lets a control character through', () => {
    const shown = formatProblem({ ...problem, excerpt: 'a\u001b[31mb\u0007' });
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    expect(printable('a\u202eb')).toBe('a·b');
  });
});

test('an error of problems reads like its problems', () => {
  expect(new ProblemsError([problem, problem]).message).toBe(
    `${formatProblem(problem)}\n\n${formatProblem(problem)}`,
  );
});
