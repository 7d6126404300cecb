import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'brownout-cli-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program from its sources in a process of its own; `readOnly` bytes of its output, if that is given. */
function brownout(
  args: readonly string[],
  { readOnly }: { readonly readOnly?: number } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'cli.ts'), ...args], {
      cwd: join(import.meta.dirname, '..'),
      env: { ...process.env, BROWNOUT_HOME: home },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      if (readOnly !== undefined && stdout.length >= readOnly) child.stdout.destroy();
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

test('without a terminal, no command tells the first exercise and ends with 0', async () => {
  const { code, stdout, stderr } = await brownout([]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(stdout).toContain('No terminal here, so this is the exercise from beginning to end.');
  expect(stdout).toContain('Best: ');
  expect(stdout).not.toContain('\u001b');
});

test('is silent and ends with 0 where nobody reads on, as with head', async () => {
  const { code, stderr } = await brownout(['schema'], { readOnly: 100 });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('tells wrong usage on the error stream, and ends with 2', async () => {
  const { code, stdout, stderr } = await brownout(['replay', 'LOU']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('codes are written in digits and letters without I, L, O and U');
});

test('tells an error as a document where programs read', async () => {
  const { code, stdout } = await brownout(['run', 'no-such-exercise', '--json']);
  expect(code).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ format: 1, kind: 'error', code: 2 });
});
