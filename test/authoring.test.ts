import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { formatProblem, ProblemsError } from '../src/problems.ts';
import { choose } from '../src/scenarios/choose.ts';
import type { Exercise } from '../src/scenarios/exercise.ts';
import { crewOf } from '../src/scenarios/grade-pool.ts';
import { judgeRun } from '../src/scenarios/grade-seed.ts';
import { parseExercise } from '../src/scenarios/load.ts';
import { proofLines, prove } from '../src/scenarios/prove.ts';
import { simulate } from '../src/sim/index.ts';

const PAGE = new URL('../docs/authoring.md', import.meta.url);

interface Block {
  readonly line: number;
  readonly text: string;
}

/** Every fenced YAML block of the page, with the line of its first line. */
function blocks(page: string): Block[] {
  const found: Block[] = [];
  for (const match of page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)) {
    const line = page.slice(0, match.index).split('\n').length + 1;
    found.push({ line, text: match[1] as string });
  }
  return found;
}

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lays a fragment over an exercise: maps merge, everything else replaces. A null stays, since patches delete with it. */
function laidOver(under: unknown, over: unknown): unknown {
  if (!isTree(under) || !isTree(over)) return over;
  const out: Tree = { ...under };
  for (const [key, value] of Object.entries(over)) out[key] = laidOver(out[key], value);
  return out;
}

/** Reads an exercise; what is wrong with it becomes the test's message. */
function read(text: string, name: string): Exercise {
  try {
    return parseExercise(text, name);
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    throw new Error(error.problems.map(formatProblem).join('\n\n'));
  }
}

const all = blocks(readFileSync(PAGE, 'utf8'));
const whole = all.filter(({ text }) => text.startsWith('format: 1\n'));
const parts = all.filter(({ text }) => text.startsWith('# part of an exercise\n'));

test('every YAML block of the page is an exercise or a part of one', () => {
  expect(all.filter((block) => !whole.includes(block) && !parts.includes(block))).toEqual([]);
  expect(whole.length).toBeGreaterThanOrEqual(2);
  expect(parts.length).toBeGreaterThanOrEqual(20);
});

const base: unknown = parse((whole[0] as Block).text);

/** A part of an exercise, laid over the first exercise of the page as the page says. */
const completed = ({ line, text }: Block): Exercise =>
  read(stringify(laidOver(base, parse(text))), `authoring.md:${line}`);

const isSketch = ({ text }: Block): boolean => !/^decide:/m.test(text);

async function expectProved(exercise: Exercise): Promise<void> {
  const crew = crewOf(1);
  try {
    // The page's claims are proved on many seeds when they are written; here it is found out if they rot.
    const seeds = [String(exercise.seeds.practice)];
    const report = await prove(exercise, { crew, seeds, space: 0, strict: true });
    expect(report.ok, proofLines(report).join('\n')).toBe(true);
  } finally {
    await crew.close();
  }
}

describe('each exercise of the page', () => {
  const [sketches, asking] = [whole.filter(isSketch), whole.filter((block) => !isSketch(block))];

  test.each(sketches)('on line $line, a sketch that asks nothing, runs and is judged', ({ line, text }) => {
    const exercise = read(text, `authoring.md:${line}`);
    expect(exercise.decide).toEqual([]);
    const { outcome } = judgeRun(exercise, simulate(choose(exercise, {}), '7'));
    expect(['held', 'failed']).toContain(outcome);
  });

  test.each(asking)('on line $line is proved', ({ line, text }) =>
    expectProved(read(text, `authoring.md:${line}`)),
  );
});

const claiming = parts.filter(({ text }) => /^ +expect:/m.test(text));

describe('each part of an exercise on the page that claims something', () => {
  test.each(claiming)('on line $line is proved', (part) => expectProved(completed(part)));
});

describe('each part of an exercise on the page', () => {
  test.each(parts)('on line $line fits into the first exercise of the page, and runs', (part) => {
    const exercise = completed(part);
    const run = simulate(choose(exercise, {}), '7');
    expect([...run.blamed], 'expressions without a value').toEqual([]);
    expect(run.facts.length).toBeGreaterThan(100);
    expect(
      run.faults.filter(({ fired }) => fired === 0).map(({ id }) => id),
      'faults that never struck',
    ).toEqual([]);
    const { checks } = judgeRun(exercise, run);
    const untold = checks.filter(({ outcome }) => outcome === 'vacuous' || outcome === 'unknown');
    expect(untold.map(({ id, got }) => `${id}: ${got}`)).toEqual([]);
  });
});
