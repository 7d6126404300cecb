import { execFile, execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as passed } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { builtinExercises } from '../../src/scenarios/load.ts';
import { hasTmux, Terminal } from './terminal.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'brownout-package-'));
const app = join(folder, 'app');
const program = join(app, 'node_modules', '.bin', 'brownout');
const quietly = { encoding: 'utf8', stdio: 'pipe' } as const;
let homes = 0;
const newHome = () => join(folder, `home-${++homes}`);

/** What is published, installed in an empty folder without a network. */
beforeAll(() => {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root, ...quietly });
  const [archive] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "name": "somebody", "private": true }');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--offline', join(folder, archive as string)], {
    cwd: app,
    ...quietly,
  });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the installed program without a terminal. */
function brownout(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = {
      cwd: app,
      env: { ...process.env, BROWNOUT_HOME: newHome(), ...env },
      maxBuffer: 1 << 26,
    };
    const child = execFile(program, args, options, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
    child.stdin?.end();
  });
}

/** Runs a line of shell with the installed program in its path. */
function shell(line: string): Promise<Ended> {
  return new Promise((resolve) => {
    const env = {
      ...process.env,
      BROWNOUT_HOME: newHome(),
      PATH: `${join(app, 'node_modules', '.bin')}:${process.env['PATH']}`,
    };
    execFile('bash', ['-c', line], { cwd: app, env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

describe('the package', () => {
  test('needs no other', () => {
    expect(readdirSync(join(app, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'brownout',
    ]);
  });

  test('runs by its name', async () => {
    const { code, out } = await shell('npx --offline brownout list --json');
    expect(code).toBe(0);
    const { exercises } = JSON.parse(out) as { exercises: { id: string }[] };
    expect(exercises.map(({ id }) => id)).toEqual(builtinExercises().map(({ id }) => id));
  });

  test('holds no test and no source', () => {
    const files = readdirSync(join(app, 'node_modules', 'brownout'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((name) => /\.test\.|\.fixture\.|^src|(?<!\.d)\.ts$/.test(name))).toEqual([]);
    expect(files).toContain(join('dist', 'cli.js'));
    const licences = readFileSync(join(app, 'node_modules', 'brownout', 'dist', 'LICENSES.txt'), 'utf8');
    for (const bundled of ['ink', 'zod', 'protobufjs', 'rxjs'])
      expect(licences).toMatch(new RegExp(`^${bundled} \\d`, 'm'));
  });

  test('is a library as well, with types', () => {
    writeFileSync(
      join(app, 'lesson.mjs'),
      `import { findExercise, choose, simulate, judgeRun, ENGINE_VERSION } from 'brownout';
       const run = simulate(choose(findExercise('charged-twice'), {}), '7');
       console.log(JSON.stringify({ engine: ENGINE_VERSION, charged: run.facts.filter(({ name }) => name === 'charged').length > 0 }));`,
    );
    const told = JSON.parse(
      execFileSync(process.execPath, ['lesson.mjs'], { cwd: app, ...quietly }),
    ) as unknown;
    expect(told).toMatchObject({ charged: true });
    expect(existsSync(join(app, 'node_modules', 'brownout', 'dist', 'types', 'index.d.ts'))).toBe(true);
  });
});

describe('a run', () => {
  let first: Ended;
  beforeAll(async () => {
    first = await brownout(['run', 'charged-twice']);
  });

  test('is the same each time, and in each of its forms', async () => {
    const [again, json] = await Promise.all([
      brownout(['run', 'charged-twice'], { TZ: 'Asia/Tokyo', LANG: 'de_DE.UTF-8', COLUMNS: '200' }),
      brownout(['run', 'charged-twice', '--json']),
    ]);
    expect(again).toEqual(first);
    const fingerprint = /Fingerprint ([0-9a-f]{16})/.exec(first.out)?.[1];
    expect(JSON.stringify(JSON.parse(json.out))).toContain(`"${fingerprint}"`);
  });

  test('ends with 1 where a check broke, and with 0 where none did', async () => {
    expect(first.code).toBe(1);
    const { code, out } = await brownout([
      'run',
      'charged-twice',
      '--choose',
      'key=order',
      '--choose',
      'memory=database',
    ]);
    expect(out).toContain('HELD. Every check that decides was met.');
    expect(code).toBe(0);
  });

  test('is repeated by its code, exactly', async () => {
    const { out } = await brownout(['run', 'charged-twice', '--choose', 'key=attempt', '--seed', '3']);
    const code = /Replay code: (\S+)/.exec(out)?.[1] as string;
    const again = await brownout(['replay', code, '--json']);
    expect(again.out).toContain(/Fingerprint ([0-9a-f]{16})/.exec(out)?.[1] as string);
    expect((await brownout(['replay', `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`])).code).toBe(
      2,
    );
  });

  test('can check itself by running twice', async () => {
    const { out } = await brownout(['run', 'half-an-order', '--check']);
    expect(out).toMatch(/same|equal|identical/i);
  });
});

describe('without a terminal', () => {
  test('brownout alone tells the first exercise from beginning to end, and ends well', async () => {
    const { code, out, err } = await brownout([]);
    expect(code).toBe(0);
    expect(err).toBe('');
    expect(out).toContain('No terminal here');
    expect(out).toMatch(/BROKEN: charged-once[\s\S]*Why charged-once broke:/);
  });

  test('nothing is asked, and no colour or cursor movement is printed', async () => {
    const { out } = await brownout(['play', 'retry-storm']);
    expect(out).not.toContain(String.fromCharCode(27));
    expect(out).not.toMatch(/^> /m);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('a reader that leaves early is no error', async () => {
    const { err, out } = await shell('brownout run charged-twice | head -1; echo the end');
    expect(err).toBe('');
    expect(out).toMatch(/^[^\n]+\nthe end\n$/);
  });

  test('a home that cannot be written to is said, and stops nobody', async () => {
    const { code, out } = await brownout(['list'], { BROWNOUT_HOME: '/dev/null/home' });
    expect(code).toBe(0);
    expect(out).toContain('charged-twice');
  });
});

describe('the exit code', () => {
  test('of wrong usage is 2, with the nearest name', async () => {
    const { code, out, err } = await brownout(['run', 'charged-twise']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('charged-twice');
    const replay = await brownout(['replay', 'LOU']);
    expect(replay.code).toBe(2);
    expect(replay.err).toContain('codes are written in digits and letters without I, L, O and U');
    expect((await brownout(['nonsense', '--flag'])).code).toBe(2);
    expect((await brownout(['run'])).code).toBe(2);
  });

  test('comes with the error as a document where programs read', async () => {
    const { code, out } = await brownout(['run', 'no-such-exercise', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toMatchObject({ format: 1, kind: 'error', code: 2 });
  });

  test('of a document with mistakes is 3, with their places', async () => {
    const file = join(app, 'broken.yaml');
    writeFileSync(
      file,
      readFileSync(join(root, 'exercises', '01-first-failures', '01-charged-twice.yaml'), 'utf8').replace(
        'dropReply',
        'dropRepli',
      ),
    );
    const { code, err } = await brownout(['run', file]);
    expect(code).toBe(3);
    expect(err).toMatch(/broken\.yaml:\d+:\d+/);
  });

  test('of an interrupted one is 130', async () => {
    const child = spawn(program, ['grade', 'retry-storm', '--seeds', '2000'], {
      cwd: app,
      env: { ...process.env, BROWNOUT_HOME: newHome() },
      stdio: 'ignore',
    });
    await passed(1_500);
    child.kill('SIGINT');
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.once('exit', (...ended) => resolve(ended)),
    );
    expect(code === 130 || signal === 'SIGINT').toBe(true);
  });
});

if (!hasTmux)
  console.warn(
    'SKIPPED: no terminal is tested, since tmux is not installed and .ci/run could not install it',
  );

describe.skipIf(!hasTmux)('in plain text at a terminal of 80 columns', () => {
  let terminal: Terminal;
  const open = (args = '', env: Readonly<Record<string, string>> = {}) => {
    terminal = new Terminal(app, `${program} ${args} --plain`, {
      BROWNOUT_HOME: newHome(),
      LANG: 'C.UTF-8',
      ...env,
    });
  };
  afterEach(() => terminal.close());

  test('somebody new sees a failure, asks why, predicts, chooses, runs and is graded', async () => {
    open();
    const first = await terminal.says(/change the design and try again\s*\n> *$/);
    expect(first).toContain('BROKEN: charged-once');
    await terminal.type('why', /Why charged-once broke:[\s\S]*> *$/);
    await terminal.type('diagram', /psp[\s\S]*#\d+[\s\S]*> *$/);
    await terminal.type('back', /3 change[\s\S]*> *$/);
    await terminal.type('change', /Predict:[\s\S]*> *$/);
    await terminal.type('3', /How sure are you\?[\s\S]*> *$/);
    await terminal.type('2', /Decision 1 of 2[\s\S]*> *$/);
    await terminal.type('4', /Decision 2 of 2[\s\S]*> *$/);
    await terminal.type('3', /Your design:[\s\S]*1 run[\s\S]*> *$/);
    const held = await terminal.type('run', /8 grade[\s\S]*> *$/);
    expect(held).toContain('HELD. Every check that decides was met.');
    const graded = await terminal.type('grade', /stars? of 3[\s\S]*> *$/);
    expect(graded).toContain('PASSED: the design held in 20 of 20 seeds');
    await terminal.type('quit', /EXIT 0/);
    expect(Math.max(...terminal.text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('what was reached is there the next time', async () => {
    const home = newHome();
    open('play retry-storm', { BROWNOUT_HOME: home });
    await terminal.says(/Predict:[\s\S]*> *$/);
    await terminal.type('', /Decision 1 of 2[\s\S]*> *$/);
    await terminal.type('1', /Decision 2 of 2[\s\S]*> *$/);
    await terminal.type('1', /1 run[\s\S]*> *$/);
    await terminal.type('run', /Try 1:[\s\S]*> *$/);
    await terminal.type('quit', /EXIT 0/);
    const { out } = await brownout(['list', '--json'], { BROWNOUT_HOME: home });
    const { exercises } = JSON.parse(out) as { exercises: { slug: string; progress: { tries: number } }[] };
    expect(exercises.find(({ slug }) => slug === 'retry-storm')?.progress.tries).toBe(1);
  });

  test('Ctrl-C at a question leaves with 130', async () => {
    open();
    await terminal.says(/> *$/);
    terminal.press('C-c');
    await terminal.says(/EXIT 130/);
  });

  test('Ctrl-D at a question leaves well', async () => {
    open();
    await terminal.says(/> *$/);
    terminal.press('C-d');
    await terminal.says(/EXIT 0/);
  });

  test('a home that cannot be written to keeps nobody from playing; what is not understood is said, with what would be', async () => {
    open('', { BROWNOUT_HOME: '/dev/null/home' });
    await terminal.says(/> *$/);
    expect(await terminal.type('whi', /Not understood[\s\S]*> *$/)).toContain('why');
    await terminal.type('quit', /EXIT 0/);
  });
});

describe.skipIf(!hasTmux)('on screens at a terminal of 80 columns', () => {
  let terminal: Terminal;
  const open = (args = '', env: Readonly<Record<string, string>> = {}) => {
    terminal = new Terminal(app, `env -u CI ${program} ${args}`, {
      ...{ BROWNOUT_HOME: newHome(), LANG: 'C.UTF-8', TERM: 'xterm-256color' },
      ...env,
    });
  };
  afterEach(() => terminal.close());

  test('somebody new comes from a failure to a passed grade with a few keys, each named in the footer', async () => {
    open();
    const presses: readonly (readonly [key: string, named: RegExp])[] = [
      ['e', /e why/],
      ['r', /r now choose a fix/],
      ['Enter', /Enter skip/],
      ['4', /1-9 take[\s\S]*/],
      ['3', /\[. memory\][\s\S]*1-9 take/],
      ['r', /r run/],
      ['R', /R grade/],
    ];
    expect(presses.length).toBeLessThanOrEqual(12);
    for (const [key, named] of presses) {
      await terminal.says(named);
      terminal.press(key);
    }
    const graded = await terminal.says(/PASSED {2}the design held in 20 of 20 universes/);
    expect(graded).toContain('***');
    terminal.press('q');
    await terminal.says(/1 of \d+ passed/);
    terminal.press('q');
    await terminal.says(/EXIT 0/);
  });

  test('a terminal that changes its size is filled again', async () => {
    open();
    await terminal.says(/e why/);
    for (const [columns, rows] of [
      [120, 40],
      [46, 12],
      [80, 24],
    ] as const) {
      terminal.resize(columns, rows);
      await terminal.says(/^Charged twice[\s\S]*e why\s*$/);
      expect(Math.max(...terminal.text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });

  test.each([
    ['Ctrl-C', 130, (): void => terminal.press('C-c')],
    ['a request to end', 143, (): void => terminal.kill('TERM')],
    ['a lost connection', 129, (): void => terminal.kill('HUP')],
  ])('after %s the shell is as it was', async (_, code, end) => {
    open();
    await terminal.says(/e why/);
    expect(terminal.modes).toBe('alternate, no cursor');
    end();
    await terminal.says(new RegExp(`EXIT ${code}`));
    expect(terminal.modes).toBe('normal, cursor');
  });

  test('Ctrl-Z leads to the shell, and fg back', async () => {
    terminal = new Terminal(app, 'bash --norc -i', {
      ...{ BROWNOUT_HOME: newHome(), LANG: 'C.UTF-8', TERM: 'xterm-256color', PS1: 'shell> ' },
    });
    await terminal.says(/shell> $/);
    terminal.enter(`env -u CI ${program}`);
    await terminal.says(/e why/);
    terminal.press('C-z');
    await terminal.says(/Stopped[\s\S]*shell> $/);
    expect(terminal.modes).toBe('normal, cursor');
    terminal.enter('fg');
    await terminal.says(/^Charged twice[\s\S]*e why/);
    expect(terminal.modes).toBe('alternate, no cursor');
  });

  test('Ctrl-Z does no harm where no shell could bring the program back', async () => {
    open();
    await terminal.says(/e why/);
    terminal.press('C-z');
    await passed(500);
    await terminal.says(/^Charged twice[\s\S]*e why/);
    expect(terminal.modes).toBe('alternate, no cursor');
  });

  test('whoever comes back is welcomed where they left', async () => {
    const home = newHome();
    open('', { BROWNOUT_HOME: home });
    await terminal.says(/e why/);
    for (const key of ['l', 'l', 'l']) terminal.press(key);
    terminal.press('q');
    await terminal.says(/Enter go on/);
    terminal.press('q');
    await terminal.says(/EXIT 0/);
    terminal.close();
    open('', { BROWNOUT_HOME: home });
    await terminal.says(/Welcome back/);
  });

  test('a dumb terminal and a very small one still work', async () => {
    open('', { TERM: 'dumb' });
    await terminal.says(/Plain mode: on \(plain terminal\)/);
    terminal.close();
    open();
    terminal.resize(20, 5);
    await terminal.says(/space p(?:lay|ause)/);
    terminal.press('C-c');
    await terminal.says(/EXIT 130/);
  });
});
