import type { Observation } from '../../../play/engine.ts';
import { practiceSeed } from '../../../play/session.ts';
import type { Exercise } from '../../../scenarios/exercise.ts';
import { optionTaken } from '../../../scenarios/forks.ts';
import type { Intervention } from '../../../sim/run.ts';
import { sceneOf } from '../../drawing/model/scene.ts';
import { clock, speedWords } from '../../drawing/panes/rows.ts';
import { bodyRows } from '../../frame.ts';
import { loopWords } from '../../layout/header.ts';
import type { Page } from '../page.ts';
import type { ExerciseProps } from '../props.ts';
import { acted } from './acting.ts';
import { briefOf } from './brief.ts';
import { compose } from './compose.ts';
import { courseOf } from './course.ts';
import { HALTING, SLOWING } from './moves.ts';
import { changed, type RunState, START } from './state.ts';
import { onTrace, TRACE_KEYS } from './tracing.ts';

/** What an intervention did, in a few words: the option that it took, or the fault. */
function forkWords(exercise: Exercise, intervention: Intervention): string {
  const option = optionTaken(exercise, intervention);
  if (option !== undefined) return option.label;
  const faults = Object.values(intervention.chaos ?? {}).map((fault) => JSON.stringify(fault));
  return faults
    .join(', ')
    .replaceAll(/[{}"]/g, '')
    .replaceAll(/([:,])(?=\S)/g, '$1 ');
}

/** What makes this run another than the exercise as it is: a hidden seed, a changed condition, a fork. */
function changeWords({ ask: { exercise, seed, variation, interventions } }: Observation): string {
  const forks = interventions.map((each) => `fork at ${clock(each.at)}: ${forkWords(exercise, each)}`);
  const words = [seed === practiceSeed(exercise) ? '' : `seed ${seed}`, variation ?? '', ...forks].filter(
    (word) => word !== '',
  );
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

/** The run: played, stepped through, looked at from every side, and forked. */
export const run: Page<RunState, ExerciseProps> = {
  name: 'run',
  start: () => START,
  act(state, action, props) {
    const { session, shell, player } = props;
    const { observation } = session;
    if (observation === null || player === null) return state;
    const { id, argument, key } = action;
    if (id === 'mark' || id === 'toMark') {
      askMark(state, id, props);
      return state;
    }
    if (id === 'filter') {
      shell.ask({
        label: 'Show only rows with:',
        text: state.filter,
        onAnswer: (typed) =>
          props.keep('run', {
            ...state,
            filter: typed.trim(),
            view: state.view === 'map' ? 'table' : state.view,
          }),
      });
      return state;
    }
    if (id === 'view' && (argument === 'map' || argument === 'ladder' || argument === 'table')) {
      return { ...state, view: argument };
    }
    if ((id === 'up' || id === 'down') && state.view !== 'map' && state.pane === 'view') {
      player.send({ type: 'step', direction: id === 'down' ? 1 : -1 });
      return state;
    }
    if (id === 'halting') {
      const { halting } = player.send({ type: 'halting', on: !player.position.halting });
      shell.say(halting ? HALTING : SLOWING);
      return state;
    }
    if (state.pane === 'trace' && TRACE_KEYS.includes(id)) return onTrace(state, action, props);
    const nodes = sceneOf(observation.run).topology.nodes.map((node) => node.id);
    return acted(changed(state, id, key, nodes), action, props);
  },
  why(state, id, { player }) {
    if (player === null) return 'nothing has run yet';
    const { track } = player;
    switch (id) {
      case 'breakForward':
      case 'breakBack':
        return track.breaks.length === 0 ? 'nothing broke in this run' : null;
      case 'toMark':
        return Object.keys(state.marks).length === 0 ? 'no moment has been marked' : null;
      default:
        return null;
    }
  },
  view(state, props) {
    const { session, player, theme, size } = props;
    const { observation, exercise } = session;
    const loop = loopWords(theme, 'run');
    if (observation === null || player === null) return { title: exercise.title, status: loop, lines: [] };
    const { at, record, playing, speed, auto } = player.position;
    // Whether it plays is told by what the footer calls the space bar, and by what moves.
    const place = `${clock(at)}  #${Math.max(0, record)} of ${player.track.length - 1}`;
    const moment = `${place}  ${speedWords(speed)}${auto ? ' auto' : ''}`;
    const course = courseOf(props);
    const picture = { observation, player, state, size, reducedMotion: theme.reducedMotion, course };
    return {
      title: `${exercise.title}${changeWords(observation)}`,
      status: size.class === 'column' || size.class === 'line' ? moment : `${moment}   ${loop}`,
      lines: compose(picture, bodyRows(props)).lines(theme),
      brief: briefOf(picture),
      labels: playing ? { play: 'pause' } : {},
    };
  },
};

/** Asks for the letter of a mark, and sets it or goes there. */
function askMark(state: RunState, id: 'mark' | 'toMark', { shell, player, keep }: ExerciseProps): void {
  const set = Object.keys(state.marks);
  shell.ask({
    label: id === 'mark' ? 'Mark this moment with the letter' : `To which mark? ${set.join(' ')}`,
    single: true,
    onAnswer: (letter) => {
      if (!/^[a-z]$/.test(letter)) {
        shell.say('A mark is a letter from a to z.');
        return;
      }
      if (id === 'mark') {
        const record = player?.position.record ?? -1;
        keep('run', { ...state, marks: { ...state.marks, [letter]: record } });
        return;
      }
      const record = state.marks[letter];
      if (record === undefined) shell.say(`There is no mark ${letter}.`);
      else player?.send({ type: 'record', record });
    },
  });
}
