import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { conformance } from './command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'conformance-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the script counts the recorded cases and exits 0', () => {
  const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/conformance.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect({ status, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({
    status: 0,
    last: '96 passed, 0 failed',
  });
});

test('replays another folder: one line for a failing case, exit 1; the same as JSON', () => {
  const recorded = readFileSync(join(root, 'test/conformance/rabbitmq/priority.json'), 'utf8');
  const changed = JSON.parse(recorded);
  changed.cases[0].expect.deliveries.A[1].body = 'c3';
  writeFileSync(join(folder, 'priority.json'), JSON.stringify(changed));
  const { code, out } = conformance(['--dir', folder]);
  expect(code).toBe(1);
  expect(out).toHaveLength(2);
  expect(out[0]).toMatch(
    /^priority\/priority-order: deliveries\.A\[1\]: expected \{.*"c3".*\}, got \{.*"c2".*\}$/,
  );
  expect(out[1]).toBe('4 passed, 1 failed');

  const json = conformance(['--dir', folder, '--json']);
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out.join('\n'))).toMatchObject({ passed: 4, failed: 1 });
});

test('exits 2 on wrong usage and 3 where a file holds no recorded cases', () => {
  expect(conformance(['--colour'])).toMatchObject({ code: 2 });
  expect(conformance(['--dir', join(folder, 'nowhere')])).toMatchObject({ code: 2 });
  writeFileSync(join(folder, 'other.json'), '{ "format": "something else" }');
  const { code, complaint } = conformance(['--dir', folder]);
  expect(code).toBe(3);
  expect(complaint).toContain('other.json: not a broker-cases/1 document: format');
});
