import type { Observation } from '../play/engine.ts';
import { narrate } from '../scenarios/narrate.ts';
import { formatMicros } from '../sim/kernel/time.ts';
import type { Run } from '../sim/run.ts';
import { sentence } from './text.ts';

/** The broken checks that a record proves: the last of a finding's records is the one that broke it. */
function brokenAt({ verdict }: Observation, record: number): readonly string[] {
  return verdict.checks
    .filter(
      ({ outcome, findings }) =>
        outcome === 'invalid' && findings.some(({ records }) => records.at(-1) === record),
    )
    .map(({ id }) => id);
}

/** Records at which an invariant broke, in no order. */
export function breakRecords({ verdict }: Observation): number[] {
  return verdict.checks.flatMap(({ outcome, findings }) =>
    outcome === 'invalid' ? findings.flatMap(({ records }) => records.slice(-1)) : [],
  );
}

/** Where an event stands: its number, how many there are, and when it was. */
function placeWords(run: Run, record: number): string {
  return `Event ${record} of ${run.record.length - 1}, time ${formatMicros(run.record.timeAt(record))}.`;
}

/** One event: what broke, what happened, where it stands. */
export function eventWords(observation: Observation, record: number): string {
  const broken = brokenAt(observation, record);
  // Strikes, changes and breaks are told by their events themselves.
  const title = observation.beats.find(
    (beat) => beat.record === record && !/^(Fault|Changed|Broken): /.test(beat.title),
  )?.title;
  const mark =
    broken.length > 0 ? `BROKEN: ${broken.join(', ')}. ` : title === undefined ? '' : `${sentence(title)} `;
  return `${mark}${sentence(narrate(observation.run, record))} ${placeWords(observation.run, record)}`;
}
