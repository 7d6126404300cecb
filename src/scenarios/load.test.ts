import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ProblemsError, UsageError } from '../problems.ts';
import { builtinExercises, findExercise, listExercises, loadExercise, parseExercise } from './load.ts';

const SMALL = `format: 1
id: EX-9
title: Small
chapter: 3
minutes: 5
brief: As little as possible.
world:
  entities: { order: {} }
  clients: { shopper: { rate: 1/s, entity: order, steps: { buy: { call: shop.sell } } } }
  services: { shop: { operations: { sell: { steps: { done: { fact: sold } } } } } }
decide:
  - id: size
    ask: How large?
    options:
      - { id: same, grade: 1, label: As it is, set: {} }
      - id: twice
        grade: 5
        label: Twice
        consequence: It costs twice as much.
        teaches: true
        points: 3
        patch: { services: { shop: { replicas: 2 } } }
        expect: { holds: [sold], fails: [], mayFail: [sold], share: 80%, because: It can., sees: { orders(): 1..500 } }
checks:
  sold: { every: order, must: sold <= 1, weight: secondary }
vary:
  - { id: more, ask: And with twice the orders?, of: twice, patch: { clients: { shopper: { rate: 2/s } } }, expect: { holds: all } }
explain: { ask: Why?, answers: [{ text: Because., true: yes }, { text: By chance. }] }
predict: { ask: How many?, answers: [few, many], measure: "orders() > 5 ? 1 : 0" }
`;

describe('parseExercise', () => {
  const exercise = parseExercise(SMALL, 'course/02-small.yaml');

  test('reads the lesson, with defaults for what is not said', () => {
    expect(exercise).toMatchObject({
      id: 'EX-9',
      slug: 'small',
      chapter: 3,
      minutes: 5,
      style: 'try-first',
      seeds: { practice: 7, grade: 20 },
      bigbox: 'refused',
      hints: [],
      debrief: null,
      predict: { measure: 'orders() > 5 ? 1 : 0' },
      explain: { answers: [{ true: true }, { true: false }] },
    });
  });

  test('reads options with what they claim and where they stand', () => {
    const [same, twice] = exercise.decide[0]?.options ?? [];
    expect(same).toMatchObject({
      patches: [],
      teaches: false,
      points: 0,
      expect: { holds: [], share: 950_000 },
    });
    expect(twice).toMatchObject({
      teaches: true,
      points: 3,
      consequence: 'It costs twice as much.',
      patches: [{ services: { shop: { replicas: 2 } } }],
      expect: { share: 800_000, sees: { 'orders()': { from: 1, to: 500 } } },
      at: { file: 'course/02-small.yaml', line: 16, column: 9 },
    });
  });

  test('reads checks by their kinds', () => {
    expect(exercise.checks).toMatchObject({
      sold: { kind: 'invariant', target: 'order', settings: { weight: 'secondary', must: 'sold <= 1' } },
    });
  });

  test('is all plain data', () => {
    expect(JSON.parse(JSON.stringify(exercise))).toEqual(exercise);
  });
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'brownout-'));
  const file = join(folder, '01-mine.yaml');
  writeFileSync(file, SMALL);

  test('are read by their paths', () => {
    expect(loadExercise(file).slug).toBe('mine');
    expect(findExercise(file).id).toBe('EX-9');
  });

  test('that are not there, or are folders, are a matter of usage', () => {
    expect(() => loadExercise(join(folder, 'none.yaml'))).toThrow(UsageError);
    expect(() => findExercise(join(folder, 'none.yaml'))).toThrow(/There is no file/);
    expect(() => loadExercise(folder)).toThrow(UsageError);
  });

  test('that are far too large are not read at all', () => {
    const large = join(folder, 'large.yaml');
    writeFileSync(large, 'x'.repeat(5_000_000));
    expect(() => loadExercise(large)).toThrow(ProblemsError);
    expect(() => loadExercise(large)).toThrow(/limit/);
  });
});

describe('the exercises that come with the program', () => {
  test('all load, have ids and slugs of their own, and are listed as they are', () => {
    const all = builtinExercises();
    const listed = listExercises();
    expect(all.length).toBeGreaterThan(0);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(all.map(({ slug }) => slug)).size).toBe(all.length);
    expect(
      listed.map(({ id, slug, title, chapter, minutes }) => ({ id, slug, title, chapter, minutes })),
    ).toEqual(all.map(({ id, slug, title, chapter, minutes }) => ({ id, slug, title, chapter, minutes })));
  });

  test('are found by id or slug in any case, and a slip is met with the nearest', () => {
    const [first] = builtinExercises();
    if (!first) throw new Error('there are none');
    expect(findExercise(first.id.toLowerCase())).toBe(first);
    expect(findExercise(first.slug.toUpperCase())).toBe(first);
    expect(() => findExercise(`${first.slug}x`)).toThrow(new RegExp(`Did you mean \`${first.slug}\``));
  });
});
