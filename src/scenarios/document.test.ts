import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProblemsError } from '../problems.ts';
import { readDocument } from './document.ts';
import { ProblemList } from './language/problem-list.ts';
import { plain } from './language/tree.ts';
import { parseExercise } from './load.ts';

const read = (text: string) => plain(readDocument(text, 'a.yaml', new ProblemList()));

describe('readDocument', () => {
  test('reads YAML 1.2: on, yes and no are words, and octal numbers say so', () => {
    expect(read('on: yes\noff: no\na: 010\nb: 0o10\nc: 1e3\n')).toEqual({
      on: 'yes',
      off: 'no',
      a: 10,
      b: 8,
      c: 1000,
    });
  });

  test('fills aliases in, each with a copy of its own', () => {
    const data = read('a: &x { n: 1 }\nb: *x\nc: [*x, *x]\n') as Record<string, unknown>;
    expect(data).toEqual({ a: { n: 1 }, b: { n: 1 }, c: [{ n: 1 }, { n: 1 }] });
  });

  test('takes the last of two anchors of one name, as YAML says', () => {
    expect(read('a: &x 1\nb: &x 2\nc: *x\n')).toEqual({ a: 1, b: 2, c: 2 });
  });

  test('keeps the order of keys', () => {
    expect(Object.keys(read('z: 1\na: 2\nm: 3\n') as object)).toEqual(['z', 'a', 'm']);
  });

  test('reads Windows’ line ends and a byte order mark', () => {
    expect(read('\uFEFFa: 1\r\nb: |\r\n  two\r\n  lines\r\n')).toEqual({ a: 1, b: 'two\nlines\n' });
  });
});

describe('whatever is done to a document', () => {
  const sound = readFileSync(
    join(import.meta.dirname, '../../test/corpus/unknown-in-call.yaml'),
    'utf8',
  ).replace('retries: 3', 'retry: 3');

  const answer = (text: string): string => {
    try {
      parseExercise(text, 'fuzzed.yaml');
      return 'an exercise';
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error;
      const lines = text.split('\n').length;
      for (const { line, column, length } of error.problems) {
        expect(line).toBeGreaterThanOrEqual(1);
        expect(line).toBeLessThanOrEqual(lines);
        expect(Math.min(column, length)).toBeGreaterThanOrEqual(1);
      }
      return 'problems';
    }
  };

  test('it is an exercise or has problems with places, and never breaks the program', () => {
    expect(answer(sound)).toBe('an exercise');
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ': ',
      '- ',
      '\n',
      '  ',
      '&a ',
      '*a',
      '!t ',
      '"',
      "'",
      '#',
      '|\n',
      'null',
      '$x',
      `$${'{x.name}'}`,
      '-> ',
      '__proto__',
      '99999999999',
      '.',
      '/',
      '..',
    ];
    const edit = fc.record({
      at: fc.nat(sound.length),
      cut: fc.nat(12),
      put: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })),
    });
    let problems = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let text = sound;
        for (const { at, cut, put } of edits) text = text.slice(0, at) + put + text.slice(at + cut);
        if (answer(text) === 'problems') problems++;
      }),
      { numRuns: 400, seed: 7 },
    );
    expect(problems).toBeGreaterThan(200);
  });

  test('a value of another kind anywhere is told, not thrown', () => {
    const lines = sound.split('\n');
    for (const [number, line] of lines.entries()) {
      const key = /^(\s*(?:- )?[A-Za-z-]+:)( .*)?$/.exec(line);
      if (!key) continue;
      for (const value of ['[]', '{}', '3', '-1.5', 'null', 'word', '"1s"', '[[1]]', '{ a: { b: 1 } }'])
        answer([...lines.slice(0, number), `${key[1]} ${value}`, ...lines.slice(number + 1)].join('\n'));
    }
  });
});
