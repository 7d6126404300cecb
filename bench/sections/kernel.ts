import { median } from '../median.ts';
import { bundled, printed } from '../program.ts';
import type { Row, Section } from './section.ts';

const REPETITIONS = 5;

interface Case {
  readonly figure: string;
  readonly workload: string;
  readonly n: number;
  readonly pending: number;
  readonly aim: number | undefined;
}

const cases: readonly Case[] = [
  { figure: 'hold, 1,000 pending', workload: 'hold', n: 1_500_000, pending: 1_000, aim: 1.25 },
  { figure: 'hold, 10,000 pending', workload: 'hold', n: 1_500_000, pending: 10_000, aim: 1.5 },
  { figure: 'M/M/1, a process per customer', workload: 'mm1', n: 500_000, pending: 0, aim: undefined },
  { figure: 'nested calls', workload: 'rpc', n: 120_000, pending: 0, aim: 2 },
  { figure: 'nested calls with timeouts', workload: 'rpct', n: 120_000, pending: 0, aim: undefined },
];

function nanoseconds(program: string, workload: string, { n, pending }: Case, ...flags: string[]): number {
  const outcome = printed(program, workload, String(n), String(pending), ...flags);
  const { eps, check, theory } = outcome as { eps: number; check: number; theory: number };
  if (Math.abs(check / theory - 1) > 0.05)
    throw new Error(`${workload} gave ${check} where theory says ${theory}`);
  return 1e9 / eps;
}

/** Runs the kernel, the plain loop, and the kernel without its record in turn, so that all meet the same weather. */
function compare(program: string, one: Case): Row[] {
  const recorded: number[] = [];
  const unrecorded: number[] = [];
  const loop: number[] = [];
  for (let i = 0; i < REPETITIONS; i++) {
    recorded.push(nanoseconds(program, one.workload, one));
    loop.push(nanoseconds(program, `${one.workload}-limit`, one));
    unrecorded.push(nanoseconds(program, one.workload, one, '--no-record'));
  }
  const limit = median(loop);
  const row = (figure: string, value: number, aim: number | undefined): Row => ({
    figure,
    value,
    unit: 'ns/event',
    against: 'plain loop, no record',
    limit,
    ratio: value / limit,
    aim,
  });
  return [
    row(one.figure, median(recorded), one.aim),
    row(`${one.figure}, no record`, median(unrecorded), undefined),
  ];
}

/** The kernel against the plainest loops that do the same work. */
export const kernel: Section = {
  name: 'Kernel',
  run() {
    const program = bundled(new URL('../one.ts', import.meta.url));
    return cases.flatMap((one) => compare(program, one));
  },
};
