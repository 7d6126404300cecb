import { expect, test } from 'vitest';
import { listExercises } from '../../scenarios/load.ts';
import { Rehearsal } from '../rehearsal.fixture.ts';

test('titles stand below each other, however many digits the numbers before them have', () => {
  const exercises = listExercises();
  const lines = new Rehearsal(80, 200, exercises).lines();
  const columns = exercises.map(({ title }) => lines.find((line) => line.includes(title))?.indexOf(title));
  expect(exercises.length).toBeGreaterThan(9);
  expect(new Set(columns).size).toBe(1);
});

test('a chapter is headed by its number and its name', () => {
  const text = new Rehearsal(80, 200, listExercises()).lines().join('\n');
  expect(text).toMatch(/^1 {2}First failures /m);
  expect(text).toMatch(/^4 {2}API styles /m);
});
