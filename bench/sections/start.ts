import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../median.ts';
import { passingFolder, published } from '../program.ts';
import type { Row, Section } from './section.ts';

const REPETITIONS = 11;

interface Start {
  readonly figure: string;
  readonly args: readonly string[];
  readonly aim: number | undefined;
}

const starts: readonly Start[] = [
  { figure: '--help', args: ['--help'], aim: 1.3 },
  { figure: '--version', args: ['--version'], aim: 1.3 },
  { figure: 'list --json', args: ['list', '--json'], aim: undefined },
  { figure: 'run charged-twice', args: ['run', 'charged-twice', '--seed', '7', '--json'], aim: undefined },
];

/** Milliseconds until a program has ended. */
function wholeTime(args: readonly string[], env: NodeJS.ProcessEnv): number {
  const begun = performance.now();
  const { error, status } = spawnSync(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const took = performance.now() - begun;
  // 1 says that a check broke, which is what an unchanged exercise does.
  if (error || (status !== 0 && status !== 1)) throw error ?? new Error(`${args.join(' ')} gave ${status}`);
  return took;
}

/** Milliseconds until a program has written something; it is then stopped. */
function timeToFirstWord(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    let time: number | undefined;
    child.once('error', reject);
    child.stdout.once('data', () => {
      time = performance.now() - begun;
      child.kill();
    });
    child.once('close', () => {
      if (time === undefined) reject(new Error(`${args.join(' ')} wrote nothing`));
      else resolve(time);
    });
  });
}

/** Starts everything in turn, and Node with nothing to do, so that all meet the same weather. */
async function run(): Promise<Row[]> {
  const folder = passingFolder();
  const env = { ...process.env, BROWNOUT_HOME: join(folder, 'home'), NO_COLOR: '1' };
  const program = published('cli.js');
  // Pipes that call themselves terminals: the program then talks as it does to a person.
  const terminal = join(folder, 'terminal.cjs');
  writeFileSync(terminal, 'process.stdin.isTTY = process.stdout.isTTY = true;\n');

  const floor: number[] = [];
  const greeting: number[] = [];
  const times = starts.map((): number[] => []);
  for (let i = 0; i < REPETITIONS; i++) {
    floor.push(wholeTime(['-e', '0'], env));
    for (const [k, { args }] of starts.entries()) times[k]!.push(wholeTime([program, ...args], env));
    greeting.push(await timeToFirstWord(['--require', terminal, program], env));
  }
  const limit = median(floor);
  const row = (figure: string, value: number, aim: number | undefined): Row => ({
    figure,
    value,
    unit: 'ms',
    against: 'node -e 0',
    limit,
    ratio: value / limit,
    aim,
  });
  return [
    ...starts.map(({ figure, aim }, k) => row(figure, median(times[k]!), aim)),
    row('brownout, until its first line', median(greeting), 2.5),
  ];
}

/** Starting the package as it would be published: wall time, from the start of the process. */
export const start: Section = { name: 'Start', run };
