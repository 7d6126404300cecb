import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A folder that is removed when the bench ends. */
export function passingFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'brownout-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * A program of the bench (`one.ts`), bundled as the package is, next to the package's data.
 *
 * From the sources it would run through `tsx`, which keeps the name of every closure: a cost of its own.
 */
export function bundled(entry: URL): string {
  const folder = passingFolder();
  const outfile = join(folder, 'program.mjs');
  buildSync({
    absWorkingDir: root,
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    banner: { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" },
  });
  mkdirSync(join(folder, 'data'));
  for (const [from, to] of [
    ['exercises', 'exercises'],
    ['src/scenarios/worlds', 'worlds'],
    ['src/scenarios/patterns', 'patterns'],
  ] as const) {
    symlinkSync(join(root, from), join(folder, 'data', to), 'junction');
  }
  return outfile;
}

/** What a program of the bench prints, in a process of its own: compiled code and memory of another run would disturb. */
export function printed(program: string, ...args: readonly string[]): unknown {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr}`);
  return JSON.parse(stdout);
}

let isBuilt = false;

/** A file of the package as it would be published: built anew, once, or yesterday's would be measured. */
export function published(file: string): string {
  if (!isBuilt) {
    const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (status !== 0) throw new Error('the package cannot be built');
    isBuilt = true;
  }
  return join(root, 'dist', file);
}
