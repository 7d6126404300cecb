import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ProgressStore } from '../progress/store.ts';
import { beginningOf } from './beginning.ts';

const exercises = ['charged-twice', 'retry-storm'].map((slug, index) => ({
  ...{
    id: `EX-${index}`,
    slug,
    title: `Title ${index}`,
    chapter: 1,
    minutes: 10,
    path: `/there/${slug}.yaml`,
  },
}));

const store = () => new ProgressStore(mkdtempSync(join(tmpdir(), 'brownout-')));

test('the first visit begins in a failure', () => {
  expect(beginningOf(undefined, exercises, [])).toMatchObject({
    ...{ path: '/there/charged-twice.yaml', title: 'Title 0', start: 'watch', guided: true, greeting: null },
  });
});

test('a later one begins where the last one ended, at the same event', () => {
  const progress = store();
  progress.add({ type: 'place', exercise: 'EX-1', step: 'observe', choices: {}, record: 118 });
  expect(beginningOf(undefined, exercises, progress.entries)).toMatchObject({
    ...{ path: '/there/retry-storm.yaml', start: 'watch', at: 118 },
    greeting: 'Welcome back to Title 1. q shows all exercises.',
  });
});

test('it begins at the list where there is no such place', () => {
  const progress = store();
  progress.add({ type: 'hint', exercise: 'EX-1', rung: 1 });
  expect(beginningOf(undefined, exercises, progress.entries)).toBeNull();
});

test('it begins with what was asked for, of which not even the title need be known', () => {
  expect(beginningOf('retry-storm', exercises, [])).toMatchObject({ path: '/there/retry-storm.yaml' });
  expect(beginningOf('my.yaml', exercises, [])).toMatchObject({ path: 'my.yaml', title: '' });
});
