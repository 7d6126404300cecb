import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const cruiser = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');

interface Cruised {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

function cruise(folder: string): Cruised {
  const args = [cruiser, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 28 });
  return JSON.parse(stdout) as Cruised;
}

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `src/${name.replaceAll('\\', '/')}`);

describe('the layers', () => {
  const { modules, summary } = cruise(root);

  test('are kept by every module', () => {
    expect(summary.violations).toEqual([]);
  });

  test('are read whole: a check that sees no modules finds nothing wrong', () => {
    const seen = new Set(modules.map(({ source }) => source));
    expect(sources.filter((source) => !seen.has(source))).toEqual([]);
    expect(sources.length).toBeGreaterThan(350);
    expect(sources.filter((source) => source.startsWith('src/sim/kernel/')).length).toBeGreaterThan(15);
  });
});

describe('a rule of the layers finds', () => {
  const MISTAKES = [
    ['a kernel that knows a service', 'src/sim/kernel/a.ts', 'src/sim/service/b.ts', 'kernel-knows-nothing'],
    ['a simulation that knows its lesson', 'src/sim/a.ts', 'src/scenarios/b.ts', 'sim-knows-no-lesson'],
    ['a judge that knows a command', 'src/scenarios/a.ts', 'src/commands/b.ts', 'scenarios-know-no-screen'],
    ['a learning loop that knows the terminal', 'src/play/a.ts', 'src/plain/b.ts', 'play-knows-no-terminal'],
    ['a simulation that reads files', 'src/sim/c.ts', 'node:fs', 'no-node-in-sim'],
    ['a simulation that watches', 'src/sim/d.ts', 'rxjs', 'no-async-libraries-in-sim'],
    ['a fault that knows another', 'src/sim/faults/crash.ts', 'src/sim/faults/slow.ts', 'faults-do-not-meet'],
    [
      'a step that knows another',
      'src/sim/service/steps/call.ts',
      'src/sim/service/steps/read.ts',
      'steps-do-not-meet',
    ],
    [
      'a check that knows another',
      'src/scenarios/judge/checks/slo.ts',
      'src/scenarios/judge/checks/cost.ts',
      'checks-do-not-meet',
    ],
  ] as const;

  const folder = mkdtempSync(join(tmpdir(), 'brownout-layers-'));
  let found: Cruised['summary']['violations'] = [];
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(() => {
    for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
      copyFileSync(join(root, name), join(folder, name));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    for (const [, from, to] of MISTAKES) {
      const local = to.startsWith('src/');
      const up = '../'.repeat(from.split('/').length - 1);
      write(from, `import { x } from '${local ? up + to : to}';\nexport const y = x;\n`);
      if (local) write(to, 'export const x = 1;\n');
    }
    found = cruise(folder).summary.violations; // all of them at once: to start the check takes longer than to check
  });

  function write(name: string, text: string): void {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }

  test.each(MISTAKES)('%s', (_, from, __, rule) => {
    expect(found.filter((each) => each.from === from).map((each) => each.rule.name)).toContain(rule);
  });

  test('nothing in a module that imports nothing', () => {
    expect(found.filter(({ from }) => from === 'src/sim/faults/slow.ts')).toEqual([]);
  });
});

describe('the simulator', () => {
  const simulator = sources.filter(
    (name) => name.startsWith('src/sim/') && !/\.(test|fixture)\.ts$/.test(name),
  );

  /** A source without its comments and its texts, in which anything may stand. */
  function code(name: string): string {
    return readFileSync(join(root, name), 'utf8')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''")
      .replace(/\/\/.*$/gm, '');
  }
  const containing = (pattern: RegExp) =>
    simulator.flatMap((name) => (code(name).match(pattern) ?? []).map((found) => `${name}: ${found}`));

  test('uses only those functions of Math that every engine computes alike', () => {
    expect(
      containing(/\bMath\.(?!(?:imul|clz32|abs|floor|trunc|min|max|fround|round|ceil|PI)\b)\w+/g),
    ).toEqual([]);
    expect(containing(/\*\*/g)).toEqual([]);
  });

  test('asks no clock, waits for no promise, and depends on no language or place', () => {
    expect(
      containing(
        /\b(?:new Date|Date\.|performance\.|setTimeout|setInterval|queueMicrotask|async (?:function|\(|\*)|await |Intl\.|localeCompare|toLocale\w*|process\.|crypto\.|WeakRef)/g,
      ),
    ).toEqual([]);
  });

  test('sorts nothing by the text of it', () => {
    expect(containing(/\.(?:sort|toSorted)\(\)/g)).toEqual([]);
  });

  test('is looked at by these tests', () => {
    expect(simulator.length).toBeGreaterThan(120);
    expect(code('src/sim/kernel/time.ts')).toContain('export');
  });
});

describe('what is published', () => {
  const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((name) => /\.(?:ts|mjs|cjs|js|json|md|ya?ml|sh)$|^\.ci\/|^\.npmrc$|^LICENSE$/.test(name));

  /** Spelled apart, so that this file does not contain what it looks for. */
  const FORBIDDEN = [
    ['a place outside the project', ['..', 'shared'].join('/')],
    ['a place of one machine', ['', 'work', ''].join('/')],
    ['a home of one person', ['', 'root', ''].join('/')],
    ['a registry', ['registry', 'npmjs'].join('.')],
    ['an open end', ['TO', 'DO'].join('')],
    ['an open end', ['FIX', 'ME'].join('')],
    ['a test that keeps others from running', ['test', 'only('].join('.')],
    ['a test that keeps others from running', ['describe', 'only('].join('.')],
  ] as const;

  test.each(FORBIDDEN)('does not contain %s: %s', (_, text) => {
    const found = tracked.filter((name) => {
      const content = readFileSync(join(root, name), 'utf8');
      return new RegExp(`(?<![A-Za-z])${text.replaceAll('.', '\\.').replace('(', '\\(')}`).test(content);
    });
    expect(found).toEqual([]);
  });

  test('has every optional package in its lockfile, without which npm ci refuses it', () => {
    const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
      readonly packages: Readonly<Record<string, { readonly optionalDependencies?: object }>>;
    };
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
    expect(Object.keys(packages).length).toBeGreaterThan(100);
  });

  test('names no address in its lockfile', () => {
    const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
    expect(lock).not.toContain('"resolved": "http');
    expect(JSON.parse(lock)).toMatchObject({ lockfileVersion: 3 });
  });

  test('is all looked at', () => {
    expect(tracked.length).toBeGreaterThan(400);
  });
});
