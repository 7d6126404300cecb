import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatProblem, type Problem, ProblemsError } from '../src/problems.ts';
import { parseExercise } from '../src/scenarios/load.ts';

/** Documents with one mistake each, and what is said of it. To add one: write the file, and its entry in expected.json. */
const FOLDER = join(import.meta.dirname, 'corpus');

interface Expected {
  readonly at: string;
  readonly code: string;
  /** With … at its end, how it begins: what follows is a list that grows. */
  readonly message: string;
  /** Absent where there is none, or where it is a list that grows. */
  readonly fix?: string;
}

const expected = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as Record<string, Expected>;
const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length));

function problemsOf(text: string, name: string): readonly Problem[] {
  try {
    parseExercise(text, name);
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems;
    throw error;
  }
  return [];
}

/** A problem in the form of an expectation. */
function told({ line, column, code, message, fix }: Problem, wanted: Expected | undefined): Expected {
  const start = wanted?.message.endsWith('…') ? wanted.message.slice(0, -1) : undefined;
  return {
    at: `${line}:${column}`,
    code,
    message: start !== undefined && message.startsWith(start) ? `${start}…` : message,
    ...(fix === undefined || wanted?.fix === undefined ? {} : { fix }),
  };
}

describe('a document with one mistake', () => {
  test.each(names)('%s is refused for that mistake, at its place, and for nothing else', (name) => {
    const problems = problemsOf(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8'), `${name}.yaml`);
    expect(problems.map((problem) => told(problem, expected[name]))).toEqual([expected[name]]);
  });

  test('is in the corpus for every expectation, and there are many', () => {
    expect(names.toSorted()).toEqual(Object.keys(expected).toSorted());
    expect(names.length).toBeGreaterThan(100);
  });
});

test('a file of 10 MB is refused by its size, quickly, and without showing it', () => {
  const begin = performance.now();
  const [problem] = problemsOf(`format: 1\nbrief: ${'x'.repeat(10_000_000)}\n`, 'large.yaml');
  expect(problem).toMatchObject({ code: 'limit/file', line: 1, column: 1 });
  expect(problem?.message).toContain('256 KiB');
  expect(formatProblem(problem as Problem).length).toBeLessThan(400);
  expect(performance.now() - begin).toBeLessThan(1_000);
});

test('nothing of a terminal’s language survives in what is shown of a document', () => {
  const problems = problemsOf('format: 1\ntitle: "\u001b]0;owned\u0007"\n', 'evil.yaml');
  expect(problems.length).toBeGreaterThan(0);
  for (const problem of problems)
    expect(formatProblem(problem)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('all mistakes of a document are told at once, in the order of its lines', () => {
  const base = readFileSync(join(FOLDER, 'unknown-in-call.yaml'), 'utf8');
  const text = base.replace('rate: 20/s', 'rate: 20').replace('{ key: order }', '{ kee: order }');
  const problems = problemsOf(text, 'three.yaml');
  expect(problems.map(({ line, code }) => `${line} ${code}`)).toEqual([
    '10 world/type',
    '17 world/unknown-key',
    '43 world/unknown-key',
  ]);
});
