import { worthFollowing } from '../../../scenarios/narrate.ts';
import { nearest } from '../../../sim/expression/suggest.ts';
import type { Action } from '../../keys/table.ts';
import type { ExerciseProps } from '../props.ts';
import { showEvent } from './event.ts';
import { fork } from './forking.ts';
import { MOVES, NOWHERE } from './moves.ts';
import type { RunState } from './state.ts';
import { toRequest } from './tracing.ts';

const SECOND = 1_000_000;
/** Requests offered for following. */
const OFFERED = 12;

/** Does what an action means for the player or the loop; the new state where it changes what the screen remembers. */
export function acted(state: RunState, action: Action, props: ExerciseProps): RunState {
  const { player, shell } = props;
  if (player === null) return state;
  const move = MOVES[action.id];
  if (move) {
    const { moved } = player.send(move);
    const nowhere = NOWHERE[action.id];
    if (!moved && nowhere !== undefined) shell.say(nowhere);
    return state;
  }
  const { at, record, playing } = player.position;
  switch (action.id) {
    case 'play':
      player.send({ type: playing ? 'pause' : 'play' });
      return state;
    case 'secondBack':
    case 'secondForward':
      player.send({ type: 'time', at: at + (action.id === 'secondForward' ? SECOND : -SECOND) });
      return state;
    case 'time':
      withText(props, action.argument, 'To which time?', (text) => void toTime(props, text));
      return state;
    case 'event':
      withText(props, action.argument, 'To which event?', (text) => toEvent(props, text));
      return state;
    case 'follow':
      follow(props, action.argument);
      return state;
    case 'nextRequest':
    case 'previousRequest':
      toRequest(props, action.id === 'nextRequest' ? 1 : -1);
      return state;
    case 'inject':
      fork(props, action.argument, state.node);
      return state;
    case 'open':
      if (record >= 0) showEvent(props, record);
      return state;
    default:
      return state;
  }
}

/** Takes what was typed with the command, or asks for it. */
function withText(
  { shell }: ExerciseProps,
  argument: string,
  label: string,
  use: (text: string) => void,
): void {
  if (argument === '') shell.ask({ label, onAnswer: (typed) => typed.trim() !== '' && use(typed.trim()) });
  else use(argument);
}

async function toTime({ player, shell }: ExerciseProps, text: string): Promise<void> {
  const { parseDuration } = await import('../../../sim/world/quantities.ts');
  const at = parseDuration(/^[\d.]+$/.test(text) ? `${text}s` : text.replaceAll(' ', ''));
  if (at === undefined) shell.say('Say which time, such as 12.4s.');
  else player?.send({ type: 'time', at });
}

function toEvent({ player, shell }: ExerciseProps, text: string): void {
  const record = Number(text.replace('#', ''));
  if (!Number.isInteger(record) || record < 0) shell.say('Say which event by its number, such as 118.');
  else player?.send({ type: 'record', record });
}

function follow(props: ExerciseProps, argument: string): void {
  const { player, session, shell } = props;
  const { observation } = session;
  if (player === null || observation === null) return;
  const { run, verdict } = observation;
  const go = (subject: string | null) => {
    player.send({ type: 'follow', subject });
    // Who is not there yet, or has long gone, is gone to: else nothing of it would be seen.
    const all = subject === null ? [] : player.track.about(subject);
    const [first] = all;
    const { record } = player.position;
    if (first !== undefined && (record < first || record > (all.at(-1) ?? 0)))
      player.send({ type: 'record', record: first });
    shell.say(
      subject === null
        ? 'Following nothing: steps go through all events.'
        : `Following ${subject}: steps go through its events only.`,
    );
  };
  if (argument === 'all' || argument === 'nothing' || (argument === '' && player.position.follow !== null)) {
    go(null);
    return;
  }
  if (argument !== '') {
    const near = nearest(argument, run.subjects.keys());
    if (run.subjects.has(argument)) go(argument);
    else shell.say(`Not in this run: ${argument}.${near === undefined ? '' : ` Did you mean ${near}?`}`);
    return;
  }
  shell.show({
    kind: 'menu',
    title: 'Follow which?',
    text: 'Those in which something broke come first. Any other: `:follow order-17`.',
    items: worthFollowing(run, verdict)
      .slice(0, OFFERED)
      .map(({ subject, why }) => ({
        label: `${subject}: ${why}`,
        act: () => go(subject),
      })),
  });
}
