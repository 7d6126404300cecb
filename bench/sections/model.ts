import { listExercises } from '../../src/scenarios/load.ts';
import { median } from '../median.ts';
import type { Lap, Played } from '../played.ts';
import { bundled, printed } from '../program.ts';
import type { Row, Section } from './section.ts';

const REPETITIONS = 2;
const RUNS = 12;
const REQUESTS = 60_000;
/** Milliseconds that 60 virtual seconds of an exercise may take: nobody should wait for a run. */
const A_MINUTE = 300;
/** Nanoseconds an event may take in a whole run: half a million events a second. */
const AN_EVENT = 2_000;

const total = ({ simulate, judge, beats }: Lap) => simulate + judge + beats;
const judged = ({ simulate, judge }: Lap) => simulate + judge;
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

/** A lap whose every number is the median of some. */
function middle(laps: readonly Lap[]): Lap {
  const of = (key: keyof Lap) => median(laps.map((lap) => lap[key]));
  return {
    seconds: of('seconds'),
    events: of('events'),
    records: of('records'),
    simulate: of('simulate'),
    judge: of('judge'),
    beats: of('beats'),
  };
}

function minute(figure: string, lap: Lap): Row {
  const value = (total(lap) * 60) / lap.seconds;
  return {
    figure,
    value,
    unit: 'ms',
    against: 'for 60 s, as promised',
    limit: A_MINUTE,
    ratio: value / A_MINUTE,
    aim: 1,
  };
}

/** Runs the exercises and the bare kernel in turn, so that all meet the same weather. */
function run(): Row[] {
  const exercise = bundled(new URL('../exercise.ts', import.meta.url));
  const one = bundled(new URL('../one.ts', import.meta.url));
  const slugs = listExercises().map(({ slug }) => slug);
  const played = new Map<string, Played[]>(slugs.map((slug) => [slug, []]));
  const bare: number[] = [];
  for (let i = 0; i < REPETITIONS; i++) {
    for (const [slug, all] of played) all.push(printed(exercise, slug, String(RUNS)) as Played);
    bare.push(1e9 / (printed(one, 'rpct', String(REQUESTS)) as { eps: number }).eps);
  }
  const rows: Row[] = [];
  const laters: Lap[] = [];
  for (const [slug, all] of played) {
    const later = middle(all.map((one) => one.later));
    laters.push(later);
    rows.push(minute(`${slug}, the first run`, middle(all.map((one) => one.first))));
    rows.push(minute(`${slug}, later runs`, later));
  }
  const time = sum(laters.map(judged)) * 1e6;
  const perEvent = time / sum(laters.map(({ events }) => events));
  const perRecord = time / sum(laters.map(({ records }) => records));
  const kernel = median(bare);
  const against = (figure: string, value: number, peer: string, limit: number, aim?: number): Row => ({
    figure,
    value,
    unit: 'ns',
    against: peer,
    limit,
    ratio: value / limit,
    aim,
  });
  rows.push(against('all, an event with its judge', perEvent, 'half a million a second', AN_EVENT, 1));
  rows.push(
    against('all, an event with its judge', perEvent, 'bare kernel, nested calls with timeouts', kernel),
  );
  rows.push(
    against('all, a record with its judge', perRecord, 'bare kernel, nested calls with timeouts', kernel),
  );
  return rows;
}

/** Whole runs of the built-in exercises: simulated, judged, and cut into beats. */
export const model: Section = { name: 'Model', run };
