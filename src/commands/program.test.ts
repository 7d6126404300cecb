import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { findExercise } from '../scenarios/load.ts';
import { readChoices } from './choosing.ts';
import { brownout } from './command-line.fixture.ts';
import { commandsByName } from './index.ts';

let folder = '';
let file = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'brownout-commands-'));
  vi.stubEnv('BROWNOUT_HOME', join(folder, 'home'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** The JSON document that a command prints. */
async function json(...argv: string[]) {
  const { code, text } = await brownout(...argv, '--json');
  return { code, data: JSON.parse(text) as Record<string, unknown> };
}

/** The choices that the lines of a text name: `brownout run slow-mail --choose path=queue` names one. */
function choicesIn(text: string) {
  return [...text.matchAll(/brownout \w+ ([\w-]+) (--(?:choose|vs|patch) .*)/g)].flatMap(
    ([, name = '', rest = '']) =>
      [...rest.matchAll(/--(?:choose|vs|patch) ([\w-]+=[\w-]+)/g)].map(([, choice = '']) => ({
        name,
        choice,
      })),
  );
}

beforeEach(async () => {
  file = join(folder, 'lost-answer.yaml');
  if (!existsSync(file)) await brownout('new', file);
});

test('help names every command and fits 80 columns', async () => {
  const { code, text } = await brownout('--help');
  expect(code).toBe(0);
  for (const name of commandsByName.keys()) expect(text).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('help names only exercises and options that there are', async () => {
  const texts = [await brownout('--help')];
  for (const name of commandsByName.keys()) texts.push(await brownout(name, '--help'));
  const named = texts.flatMap(({ text }) => choicesIn(text));
  expect(named.length).toBeGreaterThan(5);
  for (const { name, choice } of named)
    expect(() => readChoices(findExercise(name), [choice]), choice).not.toThrow();
});

test.each([...commandsByName.keys()])('help on %s has examples and fits 80 columns', async (name) => {
  const { code, text } = await brownout(name, '--help');
  expect(code).toBe(0);
  expect(text).toContain(`  $ brownout ${name}`);
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('new writes an exercise that can be loaded, and never overwrites one', async () => {
  const path = join(folder, 'course', 'first');
  expect((await brownout('new', path)).code).toBe(0);
  const before = readFileSync(`${path}.yaml`, 'utf8');
  const again = await brownout('new', path);
  expect(again.code).toBe(2);
  expect(again.text).toContain('is there already');
  expect(readFileSync(`${path}.yaml`, 'utf8')).toBe(before);
});

test('the exercise that new writes is proved as it stands', async () => {
  const { code, data } = await json('check', file, '--seeds', '3', '--workers', '1');
  expect(data['problems']).toEqual([]);
  expect(code).toBe(0);
});

test('run exits with 1 where a check breaks and with 0 where all hold', async () => {
  const broken = await brownout('run', file, '--choose', 'again', '--why');
  expect(broken.code).toBe(1);
  expect(broken.text).toMatch(/BROKEN: charged-once\.[\s\S]*Why charged-once broke:/);
  const held = await json('run', file, '--choose', 'retry=again-with-key');
  expect(held.code).toBe(0);
  expect(held.data).toMatchObject({
    format: 1,
    kind: 'run',
    outcome: 'held',
    seed: '7',
    choices: { retry: 'again-with-key' },
  });
});

test('a replay code repeats the run to the last bit, and so does a replay file', async () => {
  const saved = join(folder, 'run.json');
  const first = await json('run', file, '--choose', 'again', '--save', saved);
  const again = await json('run', file, '--choose', 'again');
  expect(again.data['fingerprint']).toBe(first.data['fingerprint']);
  const replayed = await json('replay', saved);
  expect(replayed.data).toMatchObject({ same: true, fingerprint: first.data['fingerprint'] });
});

test('an injected fault changes the run, and one that is none is refused', async () => {
  const calm = await json('run', file, '--choose', 'again-with-key');
  const hit = await json(
    'run',
    file,
    '--choose',
    'again-with-key',
    '--inject',
    '{ crash: payment, downFor: 5s } @ 10s',
  );
  expect(hit.data['fingerprint']).not.toBe(calm.data['fingerprint']);
  const wrong = await brownout('run', file, '--inject', '{ crsh: payment } @ 10s');
  expect(wrong).toMatchObject({ code: 2, text: expect.stringContaining('Did you mean crash?') });
});

test('unknown names are answered with the nearest valid one, and exit with 2', async () => {
  expect(await brownout('lsit')).toMatchObject({
    code: 2,
    text: expect.stringContaining('Did you mean list?'),
  });
  expect(await brownout('run', file, '--choose', 'retry=agian')).toMatchObject({
    code: 2,
    text: expect.stringContaining('Did you mean again?'),
  });
  expect(await brownout('run', file, '--sed', '1')).toMatchObject({
    code: 2,
    text: expect.stringContaining('--seed'),
  });
  expect(await brownout('progress', 'exprot')).toMatchObject({
    code: 2,
    text: expect.stringContaining('Did you mean export?'),
  });
  expect(await brownout('grade', file, '--seeds', 'many')).toMatchObject({
    code: 2,
    text: expect.stringContaining('whole number'),
  });
});

test('a document with mistakes is told with all of them, and exits with 3', async () => {
  const bad = join(folder, 'bad.yaml');
  writeFileSync(bad, readFileSync(file, 'utf8').replace('chaos:', 'chaoss:').replace('predict:', 'predikt:'));
  const { code, text } = await brownout('run', bad);
  expect(code).toBe(3);
  expect(text).toContain('predikt');
  expect(text).toContain('chaoss');
  expect(text).toMatch(/bad\.yaml:\d+:\d+/);
});

test('grade tells the same whole or in parts', { timeout: 120_000 }, async () => {
  const args = ['grade', file, '--choose', 'again', '--seeds', '4', '--workers', '1'];
  const whole = await json(...args);
  expect(whole.code).toBe(1);
  const parts: string[] = [];
  for (const shard of ['2/2', '1/2']) {
    const { text } = await brownout(...args, '--shard', shard);
    const part = join(folder, `part-${shard[0]}.json`);
    writeFileSync(part, text);
    parts.push('--merge', part);
  }
  const merged = await json('grade', file, ...parts);
  expect(merged.data).toEqual(whole.data);
});

test('compare tells which design is better, on equal luck', { timeout: 120_000 }, async () => {
  const { code, text } = await brownout(
    'compare',
    file,
    '--choose',
    'again',
    '--vs',
    'again-with-key',
    '--seeds',
    '2',
    '--workers',
    '1',
  );
  expect(code).toBe(0);
  expect(text).toContain('Both ran on the same 2 seeds.');
});

test('progress goes out and comes in without losing anything', async () => {
  const exported = join(folder, 'progress.json');
  const source = join(folder, 'source.json');
  const entry = {
    type: 'hint',
    id: 'one',
    at: '2026-01-01T00:00:00.000Z',
    exercise: 'MY-LOST-ANSWER',
    rung: 2,
  };
  writeFileSync(source, JSON.stringify({ format: 1, entries: [entry] }));
  expect((await json('progress', 'import', source)).data).toMatchObject({ added: 1 });
  expect((await json('progress', 'merge', source)).data).toMatchObject({ added: 0 });
  expect((await brownout('progress', 'export', exported)).code).toBe(0);
  expect(JSON.parse(readFileSync(exported, 'utf8')).entries).toEqual([entry]);
  await brownout('progress', 'reset', file);
  expect((await json('progress')).data['exercises']).toEqual([]);
});

test('without a terminal an exercise is told from beginning to end', async () => {
  const { code, text } = await brownout('play', file);
  expect(code).toBe(0);
  for (const part of [
    'The answer that got lost.',
    'What happens if nothing is changed',
    'Why money-right broke',
    'What the options lead to',
    'Best: Ask again, with a key',
    'Next: run "brownout"',
  ]) {
    expect(text).toContain(part);
  }
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test('show tells what an option changes', async () => {
  const { text } = await brownout('show', file, '--patch', 'retry=again-with-key');
  expect(text).toContain('idempotencyKey: request.order');
});

test('the schema is one JSON document', async () => {
  const { text } = await brownout('schema');
  expect(JSON.parse(text)).toHaveProperty('$schema');
});

test('docs/json.md describes every document that a command prints', () => {
  const documented = readFileSync(join(import.meta.dirname, '../../docs/json.md'), 'utf8');
  const sources = readdirSync(import.meta.dirname).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  const kinds = sources.flatMap((name) =>
    [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/document\('([a-z-]+)'/g)].map(
      ([, kind]) => kind as string,
    ),
  );
  expect(kinds.length).toBeGreaterThan(12);
  expect(kinds.filter((kind) => !documented.includes(`\`${kind}\``))).toEqual([]);
});

test('import writes settings for a mesh, as text and as a document, and exits with 3 where the text is no YAML', async () => {
  const path = join(folder, 'shop.yaml');
  writeFileSync(
    path,
    '{ kind: VirtualService, spec: { hosts: [shop], http: [{ timeout: 2s, rewrite: { uri: / } }] } }',
  );
  expect(await brownout('import', path)).toEqual({
    code: 0,
    text: '# not modelled, and left out: VirtualService: spec.http[0].rewrite.uri\nmesh:\n  shop:\n    timeout: 2s\n',
  });
  expect((await json('import', path)).data).toMatchObject({
    kind: 'import',
    mesh: { shop: { timeout: '2s' } },
  });
  writeFileSync(path, 'spec: { hosts: [shop');
  expect(await brownout('import', path)).toMatchObject({
    code: 3,
    text: expect.stringContaining('shop.yaml:1:'),
  });
});

test('the doctor finds that runs repeat here, and are those of every other machine', async () => {
  const { data } = await json('doctor');
  const findings = new Map(
    (data['findings'] as readonly { name: string; detail: string }[]).map(({ name, detail }) => [
      name,
      detail,
    ]),
  );
  expect(findings.get('Nothing ambient')).toContain('touched no clock');
  expect(findings.get('Repeats')).toContain('the same to the last bit');
  // Differs after any change of what runs contain: raise ENGINE_VERSION then, and record the new fingerprint.
  expect(findings.get('Same everywhere')).toContain('as on every machine');
});
