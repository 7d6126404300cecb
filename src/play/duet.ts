import type { Micros } from '../sim/kernel/time.ts';
import { breakRecords } from '../words/narration.ts';
import type { Both, Observation } from './engine.ts';
import type { Track } from './track.ts';

/** The last record of a run that has happened at a time; -1 where none has. */
export function recordAt({ run: { record } }: Observation, at: Micros): number {
  let low = 0;
  let high = record.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (record.timeAt(middle) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Every moment at which something happens in either run, rising. */
function momentsOf({ a, b }: Both): Float64Array {
  const one = a.run.record;
  const other = b.run.record;
  const moments = new Float64Array(one.length + other.length);
  let count = 0;
  for (let i = 0, j = 0; i < one.length || j < other.length; ) {
    const next = Math.min(
      i < one.length ? one.timeAt(i) : Number.POSITIVE_INFINITY,
      j < other.length ? other.timeAt(j) : Number.POSITIVE_INFINITY,
    );
    moments[count++] = next;
    while (i < one.length && one.timeAt(i) === next) i++;
    while (j < other.length && other.timeAt(j) === next) j++;
  }
  return moments.subarray(0, count);
}

/**
 * Two runs as one track, so that one player moves along both: its records are the moments of either.
 *
 * The moment at which they part is a beat like those of the runs themselves.
 */
export function duetTrack(both: Both): Track {
  const moments = momentsOf(both);
  const placeOf = (at: Micros) => lowerBound(moments, at);
  const places = (times: readonly Micros[]) =>
    [...new Set(times.map(placeOf))].sort((one, other) => one - other);
  const { a, b, parting } = both;
  const beats = [...a.beats, ...b.beats].map(({ at }) => at);
  const breaks = [a, b].flatMap((side) => breakRecords(side).map((record) => side.run.record.timeAt(record)));
  return {
    length: moments.length,
    timeAt: (index) => moments[index] ?? 0,
    beats: places(parting === null ? beats : [...beats, parting.at]),
    breaks: places(breaks),
    about: () => [],
  };
}

/** The first of rising numbers that is not below `than`. */
function lowerBound(numbers: Float64Array, than: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) < than) low = middle + 1;
    else high = middle;
  }
  return low;
}
