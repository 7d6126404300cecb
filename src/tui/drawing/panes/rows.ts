import { countUpTo } from '../../../scenarios/channels/level.ts';
import { formatMicros, type Micros } from '../../../sim/kernel/time.ts';

/** So many of the records that the present one stands in their middle; what is not among them stands between two. */
export function around(records: readonly number[], record: number, room: number): readonly number[] {
  const here = countUpTo(records, record) - 1;
  const from = Math.max(0, Math.min(records.length - room, here - (room >> 1)));
  return records.slice(from, from + Math.max(0, room));
}

/** A time of a run, always with its milliseconds: rows of times can be compared by eye. */
export const clock = (at: Micros): string =>
  at >= 1_000_000 ? `${(at / 1_000_000).toFixed(3)} s` : formatMicros(Math.round(at / 10) * 10);

/** A speed as people write it: `x1/4`, `x16`. */
export const speedWords = (speed: number): string =>
  speed < 1 ? `x1/${Math.round(1 / speed)}` : `x${speed}`;
