import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/fidelity.md'), 'utf8');

/** Rows that name a test: behaviour, file, name. */
const ROW = /^\| ([^|]+) \| `(src\/[^`]+\.test\.ts)` \| ([^|]+) \|$/gm;

test('every behaviour of the brokers that the page of fidelity promises has a test of that name', () => {
  const rows = [...page.matchAll(ROW)].map(([, , file = '', name = '']) => ({ file, name }));
  expect(rows.length).toBeGreaterThan(70);
  const texts = new Map(rows.map(({ file }) => [file, readFileSync(join(root, file), 'utf8')]));
  const missing = rows.filter(({ file, name }) => !texts.get(file)?.includes(`test('${name}'`));
  expect(missing).toEqual([]);
});
