import type { Track } from '../../../play/track.ts';
import { describeRecord } from '../../../scenarios/narrate.ts';
import type { Run } from '../../../sim/run.ts';
import { isOnLadder } from '../../drawing/panes/ladder.ts';
import type { View } from './state.ts';

/** Rows looked for on each side of the present one: more than any screen has. */
const REACH = 100;
/** Records looked at for them; a filter that matches nothing must not read a whole run. */
const MOST_READ = 20_000;

/** Records around the present one that a ladder or a table may show, rising. */
export function rowsAround(
  run: Run,
  track: Track,
  view: View,
  follow: string | null,
  filter: string,
  record: number,
): number[] {
  const followed = follow === null ? null : track.about(follow);
  const { kind } = run.record.columns();
  const wanted = filter.toLowerCase();
  const shows = (index: number) =>
    (view !== 'ladder' || index === record || isOnLadder(kind[index] as number)) &&
    (wanted === '' || describeRecord(run, index).toLowerCase().includes(wanted));
  const length = followed?.length ?? run.record.length;
  const at = (i: number) => followed?.[i] ?? i;
  let here = followed === null ? record : followed.findLastIndex((index) => index <= record);
  here = Math.max(-1, here);
  return [...found(here, -1), ...found(here + 1, 1)].sort((a, b) => a - b);

  function found(from: number, step: 1 | -1): number[] {
    const rows: number[] = [];
    for (
      let i = from, read = 0;
      i >= 0 && i < length && rows.length < REACH && read < MOST_READ;
      i += step, read++
    ) {
      if (shows(at(i))) rows.push(at(i));
    }
    return rows;
  }
}
