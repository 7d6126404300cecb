import { worthFollowing } from '../../../scenarios/narrate.ts';
import { traceOf } from '../../drawing/model/trace.ts';
import type { Action, ActionId } from '../../keys/table.ts';
import type { ExerciseProps } from '../props.ts';
import { showEvent } from './event.ts';
import { shownSubject } from './followed.ts';
import type { RunState } from './state.ts';

/** What the trace does itself while it is the pane that is selected. */
export const TRACE_KEYS: readonly ActionId[] = ['up', 'down', 'open'];

/** Walks the rows of the trace; Enter goes to the event with which a row begins, and shows it. */
export function onTrace(state: RunState, action: Action, props: ExerciseProps): RunState {
  const { session, player } = props;
  const { observation } = session;
  if (observation === null || player === null) return state;
  const subject = shownSubject(observation, player.position);
  if (subject === null) return state;
  const rows = traceOf(observation.run, subject).rows.map(({ record }) => record);
  const here = state.row === null ? -1 : rows.indexOf(state.row);
  if (action.id !== 'open') {
    const next = action.id === 'down' ? here + 1 : Math.max(0, here - 1);
    return { ...state, row: rows[Math.min(rows.length - 1, next)] ?? null };
  }
  const record = rows[here];
  if (record === undefined) {
    showEvent(props, Math.max(0, player.position.record));
    return state;
  }
  // Else the trace would be another's as soon as one stands before its first beat.
  player.send({ type: 'follow', subject });
  player.send({ type: 'record', record });
  // Where there is an inspector, it shows the event already.
  if (props.size.class !== 'M' && props.size.class !== 'L') showEvent(props, record);
  return state;
}

/** Follows the next of the requests that are worth it, or the one before. */
export function toRequest({ session, player, shell }: ExerciseProps, by: 1 | -1): void {
  const { observation } = session;
  if (observation === null || player === null) return;
  const { run, verdict } = observation;
  const all = worthFollowing(run, verdict).map(({ subject }) => subject);
  const here = all.indexOf(shownSubject(observation, player.position) ?? '');
  const next = all[(here + by + all.length) % all.length];
  if (next === undefined) return;
  player.send({ type: 'follow', subject: next });
  const [first] = player.track.about(next);
  if (first !== undefined) player.send({ type: 'record', record: first });
  shell.say(`Following ${next}: steps go through its events only. f follows all again.`);
}
