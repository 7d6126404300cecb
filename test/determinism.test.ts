import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Change, simulate } from '../src/sim/index.ts';
import { withTripwires } from '../src/sim/kernel/tripwires.ts';
import { KINDS } from '../src/sim/kinds.ts';
import type { Run } from '../src/sim/run.ts';
import { all } from '../src/sim/testing.fixture.ts';
import { everything } from './everything.fixture.ts';
import { changedWorld, fewCases, recorded } from './fingerprint-cases.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'brownout-determinism-'));
const program = join(folder, 'program.mjs');
const cases = join(folder, 'cases.json');
const small = join(folder, 'small.json');

type Fingerprints = readonly (readonly [name: string, fingerprint: string, rungs: number])[];
let here: Fingerprints;

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(import.meta.resolve('./fingerprint-program.ts'))],
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    banner: { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" },
    logLevel: 'error',
  });
  const few = fewCases();
  writeFileSync(cases, JSON.stringify(few));
  writeFileSync(small, JSON.stringify(few.slice(0, 2)));
  here = few
    .toReversed()
    .map(({ name, world, seed, changes }) => {
      const { fingerprint, ladder } = simulate(world, seed, changes);
      return [name, fingerprint, ladder.length] as const;
    })
    .toReversed();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function elsewhere(
  node: string,
  flags: readonly string[],
  file: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Fingerprints> {
  const { stdout } = await run(node, [...flags, program, file], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  return JSON.parse(stdout) as Fingerprints;
}

describe('the same world and seed give the same run', () => {
  test('in this process, one after the other, the other way round than when they were recorded', () => {
    expect(here.map(([name, fingerprint]) => [name, fingerprint])).toEqual(
      here.map(([name]) => [name, recorded.runs[name]]),
    );
  });

  test('in another process, from a copy of the world', async () => {
    expect(await elsewhere(process.execPath, [], cases)).toEqual(here);
  });

  test('in a thread', async () => {
    const told = await new Promise((resolve, reject) => {
      const worker = new Worker(program, { workerData: small, execArgv: [] });
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    expect(told).toEqual(here.slice(0, 2));
  });

  test.each([
    ['without a compiler', ['--jitless']],
    ['without optimisation', ['--no-opt']],
    [
      'with other hashes of strings, where people live by the time of Chatham and write Turkish',
      ['--hash-seed=4242'],
      { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
    ],
    [
      'in little memory, by the time of St. John’s, without a language',
      ['--max-old-space-size=256', '--max-semi-space-size=1'],
      { TZ: 'America/St_Johns', LANG: 'C', LC_ALL: 'C' },
    ],
  ] as [string, string[], NodeJS.ProcessEnv?][])('%s', async (_, flags, env) => {
    expect(await elsewhere(process.execPath, flags, small, env)).toEqual(here.slice(0, 2));
  });

  test.for([22, 24])('under Node %i', async (major, { skip }) => {
    const home = join(tmpdir(), `brownout-node-${major}`);
    const binary = join(
      home,
      'node_modules',
      'node',
      'bin',
      process.platform === 'win32' ? 'node.exe' : 'node',
    );
    if (!existsSync(binary)) {
      mkdirSync(home, { recursive: true });
      const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', home, `node@${major}`];
      await run('npm', args, { timeout: 90_000, cwd: home }).catch((error: Error) => {
        skip(`the npm package node@${major} does not install here: ${error.message.split('\n')[0]}`);
      });
    }
    if (!existsSync(binary)) skip(`the npm package node@${major} brought no binary for this machine`);
    const { stdout } = await run(binary, ['--version']);
    expect(stdout).toMatch(`v${major}.`);
    expect(await elsewhere(binary, [], cases)).toEqual(here);
  });
});

describe('a simulation', () => {
  const world = everything();

  test('touches no clock, no timer, no ambient chance and no inexact mathematics', () => {
    expect(withTripwires(() => simulate(world, 'any').fingerprint)).toBe(here[0]?.[1]);
  });

  test('does not change the world that it is given', () => {
    const before = JSON.stringify(world);
    simulate(deeplyFrozen(world), 'any');
    expect(JSON.stringify(world)).toBe(before);
  });

  test('with another seed is another run', () => {
    expect(simulate(world, 'another').fingerprint).not.toBe(here[0]?.[1]);
  });

  test('is not changed by being looked at', () => {
    const watched = simulate(world, 'any');
    watched.record.columns();
    watched.record.prefixFingerprint(100);
    all(watched);
    expect(watched.record.fingerprint()).toBe(here[0]?.[1]);
    expect(() => watched.record.append(0, 0, 0, 0, 0, 0, 0, 0, 0)).toThrow('sealed');
  });
});

describe('an intervention', () => {
  const untouched = simulate(everything(), 'any');

  test.each([1, 2_500_000, 7_000_000, 14_999_999])('at %i µs leaves everything before it as it was', (at) => {
    const change: Change = { at, world: changedWorld(), what: 'a test' };
    const { record, fingerprint } = simulate(everything(), 'any', [change]);
    const patched = all({ record } as Run, 'patched')[0]?.index as number;
    expect(record.timeAt(patched)).toBe(at);
    expect(record.prefixFingerprint(patched)).toBe(untouched.record.prefixFingerprint(patched));
    expect(fingerprint).not.toBe(untouched.fingerprint);
  });

  test('that comes after the end changes nothing', () => {
    const change: Change = { at: 3_600_000_000, world: changedWorld(), what: 'a test' };
    expect(simulate(everything(), 'any', [change]).fingerprint).toBe(untouched.fingerprint);
  });

  test('is one of several, given in any order', () => {
    const one: Change = { at: 5_000_000, world: changedWorld(), what: 'one' };
    const two: Change = { at: 9_000_000, world: everything(), what: 'two' };
    expect(simulate(everything(), 'any', [two, one]).fingerprint).toBe(
      simulate(everything(), 'any', [one, two]).fingerprint,
    );
  });
});

describe('locality', () => {
  const STRANGERS = `
    entities: { parcel: {} }
    clients: { stranger: { rate: 40/s, entity: parcel, data: { n: random(10) }, steps: { go: { call: island.visit } } } }
    brokers: { rabbitmq: { queues: { island: {} } } }
    services:
      island:
        db: { tables: { parcels: { key: parcel } } }
        operations:
          visit: { steps: { keep: { insert: parcels, fact: { kept: {} } }, tell: { publish: rabbitmq/island } } }
          hear: { steps: { done: { fact: { heard: {} } } } }
        consumers: { island: { from: rabbitmq/island, do: hear } }
    chaos: { storm: { errors: island, p: 10% } }
  `;
  const strange = (place: string) => /island|stranger/.test(place);

  test('strangers in the same world change nothing for those who were there before', () => {
    const alone = story(simulate(everything(), 'any'), () => true);
    const together = simulate(everything(STRANGERS), 'any');
    expect(all(together).filter(({ place }) => strange(place)).length).toBeGreaterThan(1_000);
    expect(story(together, (place) => !strange(place))).toEqual(alone);
  });

  /** What happened at some places, with numbers that count the whole run (records, messages, facts) counted anew. */
  function story(whole: Run, belongs: (place: string) => boolean): readonly string[] {
    const own = new Map<number, number>();
    const messages = new Map<number, number>();
    const numbered: readonly string[] = Object.entries(KINDS)
      .filter(([, kind]) => 'value' in kind && /^message\b/.test(kind.value))
      .map(([name]) => name);
    const lines: string[] = [];
    for (const { index, at, kind, place, peer, subject, cause, span, value, detail } of all(whole)) {
      if (!belongs(place)) continue;
      let said = value;
      if (numbered.includes(kind) || (kind === 'job' && value > 0)) {
        if (!messages.has(value)) messages.set(value, messages.size);
        said = messages.get(value) as number;
      } else if (kind === 'fact') said = 0;
      lines.push(
        [at, kind, place, peer, subject, own.get(cause) ?? -1, own.get(span) ?? -1, said, detail].join(' '),
      );
      own.set(index, own.size);
    }
    return lines;
  }
});

function deeplyFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deeplyFrozen(part);
    Object.freeze(value);
  }
  return value;
}
