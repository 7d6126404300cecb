import type { Exercise } from '../scenarios/exercise.ts';
import type { Crew } from '../scenarios/grade-pool.ts';
import type { Design } from '../scenarios/grade-seed.ts';
import { type Trace, traceOf } from '../scenarios/grade-trace.ts';
import type { Run } from '../sim/run.ts';
import { firstParting } from './ladder.ts';

/** Someone who can do the same run, and write out a part of its record. */
export type Runner = (from: number, to: number) => Promise<Trace>;

/** Whether the same run came out twice; if not, the first event that differs, with what is around it. */
export interface TwiceReport {
  readonly same: boolean;
  readonly fingerprint: string;
  readonly records: number;
  readonly divergence: {
    readonly record: number;
    /** The records around it in each run; the differing one is marked with `>`. */
    readonly first: readonly string[];
    readonly second: readonly string[];
  } | null;
}

/** Records shown on either side of the first difference. */
const AROUND = 3;

/** Does a run on this thread, anew each time it is asked. */
export const runningHere =
  (run: () => Run): Runner =>
  async (from, to) =>
    traceOf(run(), from, to);

/** Does a run by a crew, such as one worker thread. */
export const runningBy =
  (crew: Crew, exercise: Exercise, design: Design, seed: string): Runner =>
  async (from, to) => {
    const [seen] = await crew.perform(exercise, { design, seeds: [seed], trace: { from, to } });
    if (!seen?.trace) throw new Error('the crew did not give the trace that it was asked for');
    return seen.trace;
  };

function around(lines: readonly string[], place: number): string[] {
  const first = Math.max(0, place - AROUND);
  return lines
    .slice(first, place + AROUND + 1)
    .map((line, i) => `${first + i === place ? '>' : ' '} ${line}`);
}

/** Runs twice and compares the ladders; where they part, finds the first event that differs. */
export async function checkTwice(first: Runner, second: Runner): Promise<TwiceReport> {
  const [a, b] = [await first(0, 0), await second(0, 0)];
  const parting = firstParting(a, b);
  const report = { fingerprint: a.fingerprint, records: a.length };
  if (!parting) return { same: true, ...report, divergence: null };
  const from = Math.max(0, parting.from - AROUND);
  const [linesA, linesB] = [(await first(from, parting.to)).lines, (await second(from, parting.to)).lines];
  let place = 0;
  while (place < linesA.length && linesA[place] === linesB[place]) place++;
  return {
    same: false,
    ...report,
    divergence: { record: from + place, first: around(linesA, place), second: around(linesB, place) },
  };
}
