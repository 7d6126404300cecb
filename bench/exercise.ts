/**
 * Plays the unchanged world of a built-in exercise some times and prints one line of JSON: `exercise.ts <name> <runs>`.
 *
 * Times are milliseconds of processor time: of the first run, which a learner waits for, and the median of the later
 * half, whose code is compiled.
 */
import { judgeRun, simulateDesign } from '../src/scenarios/grade-seed.ts';
import { findExercise } from '../src/scenarios/load.ts';
import { beats } from '../src/scenarios/narrate.ts';
import { cpuMillis } from './cpu.ts';
import { median } from './median.ts';
import type { Lap, Played } from './played.ts';

const [name = '', runs = '12'] = process.argv.slice(2);
const exercise = findExercise(name);

function play(seed: string): Lap {
  const begun = cpuMillis();
  const run = simulateDesign(exercise, { choices: {} }, seed);
  const simulated = cpuMillis();
  const verdict = judgeRun(exercise, run);
  const judged = cpuMillis();
  beats(run, verdict);
  return {
    seconds: run.until / 1e6,
    events: run.events,
    records: run.record.length,
    simulate: simulated - begun,
    judge: judged - simulated,
    beats: cpuMillis() - judged,
  };
}

const first = play('1');
const laps = Array.from({ length: Number(runs) - 1 }, (_, i) => play(String(i + 2)));
const late = laps.slice(laps.length >> 1);
const middle = (of: keyof Lap) => median(late.map((lap) => lap[of]));
const later: Lap = {
  seconds: first.seconds,
  events: middle('events'),
  records: middle('records'),
  simulate: middle('simulate'),
  judge: middle('judge'),
  beats: middle('beats'),
};
console.log(JSON.stringify({ first, later } satisfies Played));
