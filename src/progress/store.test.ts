import { spawn } from 'node:child_process';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { NewEntry } from './entry.ts';
import { fold } from './fold.ts';
import { ProgressStore, readProgress } from './store.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'brownout-progress-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const hint = (rung: number, exercise = 'EX-1'): NewEntry => ({ type: 'hint', exercise, rung });
const log = () => join(folder, 'progress.jsonl');

/** A store whose clock moves on by a second with every look at it. */
function open(start = 0): ProgressStore {
  let time = start;
  return new ProgressStore(folder, () => new Date(Date.UTC(2026, 0, 1) + 1000 * time++));
}

test('finds again what it was told', () => {
  open().add(hint(2));
  expect(open().entries).toMatchObject([{ type: 'hint', exercise: 'EX-1', rung: 2 }]);
});

test('loses only the line that was cut in half, and says so once', () => {
  const store = open();
  for (let rung = 1; rung <= 3; rung++) store.add(hint(rung));
  truncateSync(log(), readFileSync(log()).length - 20);

  const next = open();
  expect(next.entries).toHaveLength(2);
  expect(next.takeNotices().join()).toContain('One line of your progress could not be read');

  next.add(hint(3));
  const last = open();
  expect(last.entries).toHaveLength(3);
  expect(last.takeNotices()).toEqual([]);
});

test('does not glue a new line to a cut one when another process cut it', () => {
  const store = open();
  store.add(hint(1));
  const other = open(10);
  writeFileSync(log(), readFileSync(log(), 'utf8').trimEnd());
  const late = open(20);
  late.add(hint(2));
  expect(open().entries).toHaveLength(2);
  expect(other.entries).toHaveLength(1);
});

test('folds a long log into the snapshot and keeps three backups', () => {
  const store = open();
  for (let i = 0; i < 2600; i++) store.add(hint(1));
  expect(readFileSync(log(), 'utf8').split('\n').length).toBeLessThan(500);
  expect(readdirSync(folder).filter((name) => /^progress\.json\.\d$/.test(name))).toHaveLength(3);
  expect(open().entries).toHaveLength(2600);
});

test('takes a damaged snapshot from its backup without losing a line', () => {
  const store = open();
  for (let i = 0; i < 1100; i++) store.add(hint(1));
  writeFileSync(join(folder, 'progress.json'), '{"format":1,"entr');
  const next = open();
  expect(next.entries).toHaveLength(1100);
  expect(next.takeNotices().join()).toContain('taken from its backup');
});

test('goes on in memory where nothing can be written, and says so once', () => {
  const blocked = join(folder, 'blocked');
  writeFileSync(blocked, 'a file where a folder should be');
  const store = new ProgressStore(join(blocked, 'deeper'));
  store.add(hint(1));
  store.add(hint(2));
  expect(store.entries).toHaveLength(2);
  expect(store.kept).toBe(false);
  expect(store.takeNotices()).toHaveLength(1);
});

test.skipIf(process.getuid?.() === 0)('goes on in memory in a read-only home', () => {
  chmodSync(folder, 0o500);
  const store = open();
  store.add(hint(1));
  chmodSync(folder, 0o700);
  expect(store.kept).toBe(false);
  expect(store.entries).toHaveLength(1);
});

test('leaves the file of a newer version as it is', () => {
  const text = '{"format":2,"kind":"progress-entries","entries":[]}\n';
  writeFileSync(join(folder, 'progress.json'), text);
  const store = open();
  store.add(hint(1));
  expect(store.kept).toBe(false);
  expect(readFileSync(join(folder, 'progress.json'), 'utf8')).toBe(text);
  expect(readdirSync(folder)).toEqual(['progress.json']);
});

test('loses no line of two processes that write and compact at once', { timeout: 60_000 }, async () => {
  const lines = 700;
  const script = `
    import { ProgressStore } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'store.ts')).href)};
    const store = new ProgressStore(${JSON.stringify(folder)});
    for (let i = 0; i < ${lines}; i++) store.add({ type: 'hint', exercise: process.argv[1], rung: 1 });
  `;
  const write = (name: string) =>
    new Promise<void>((done, failed) => {
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, name], {
        stdio: 'inherit',
      });
      child.on('exit', (code) => (code === 0 ? done() : failed(new Error(`ended with ${code}`))));
    });
  await Promise.all([write('EX-1'), write('EX-2')]);
  const { entries } = open();
  expect(entries.filter(({ exercise }) => exercise === 'EX-1')).toHaveLength(lines);
  expect(entries.filter(({ exercise }) => exercise === 'EX-2')).toHaveLength(lines);
});

test('merges as a union of sets, in any order and twice', () => {
  const store = open();
  store.add(hint(1));
  store.add(hint(3, 'EX-2'));
  const text = store.export();

  const elsewhere = new ProgressStore(join(folder, 'elsewhere'));
  elsewhere.add(hint(2));
  expect(elsewhere.merge(readProgress(text) ?? [])).toBe(2);
  expect(elsewhere.merge(readProgress(text) ?? [])).toBe(0);
  expect(elsewhere.entries).toHaveLength(3);
});

test('a reset hides what came before it, on other machines too', () => {
  const store = open();
  store.add(hint(3));
  const before = store.export();
  store.add({ type: 'reset', exercise: 'EX-1' });
  expect(fold(store.entries).size).toBe(0);
  store.merge(readProgress(before) ?? []);
  expect(fold(store.entries).size).toBe(0);
  store.add(hint(1));
  expect(fold(store.entries).get('EX-1')).toMatchObject({ hints: 1 });
});

test('refuses entries with control characters or unknown shapes', () => {
  const evil = { type: 'hint', id: 'x', at: '2026-01-01T00:00:00Z', exercise: 'EX\u001b[2J', rung: 1 };
  expect(readProgress(JSON.stringify({ format: 1, entries: [evil, { type: 'constructor' }, 7] }))).toEqual(
    [],
  );
  expect(readProgress('hello')).toBeUndefined();
});
