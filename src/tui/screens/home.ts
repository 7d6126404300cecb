import type { ExerciseProgress } from '../../progress/fold.ts';
import type { Listed } from '../../scenarios/load.ts';
import { calibrationWords } from '../../words/calibration.ts';
import { progressWords } from '../../words/exercises.ts';
import { bodyRows } from '../frame.ts';
import { heading, topFor, windowed } from '../layout/blocks.ts';
import { ends, fill, shorten } from '../layout/text.ts';
import type { Theme } from '../theme/theme.ts';
import { moveIn } from './moving.ts';
import type { Page } from './page.ts';
import type { ProgramProps } from './props.ts';

interface State {
  readonly at: number;
  readonly filter: string;
}

const shownOf = ({ filter }: State, { exercises }: ProgramProps): readonly Listed[] => {
  const wanted = filter.trim().toLowerCase();
  return exercises.filter(({ id, slug, title }) => `${id} ${slug} ${title}`.toLowerCase().includes(wanted));
};

/** `01-first-failures` as `1 First failures`: a chapter is a folder. */
export function chapterOf({ path, chapter }: Listed): string {
  const folder = path.replaceAll('\\', '/').split('/').at(-2) ?? '';
  const [, number, name] = /^0*(\d+)-(.+)$/.exec(folder) ?? [];
  if (number === undefined || name === undefined)
    return chapter === null ? 'Exercises' : `Chapter ${chapter}`;
  const words = name.replaceAll('-', ' ').replace(/\bapi\b/, 'API');
  return `${number}  ${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** Three places for three stars. */
export function starLine({ paint, glyphs }: Theme, stars: number): string {
  return paint('warn', glyphs.star.repeat(stars)) + paint('dim', glyphs.noStar.repeat(3 - stars));
}

function rowOf(exercise: Listed, here: boolean, props: ProgramProps, width: number): string {
  const { theme, progress, open } = props;
  const known = progress.get(exercise.id);
  const mark = here ? theme.glyphs.pointer : ' ';
  const widest = String(props.exercises.length).length;
  const number = String(props.exercises.indexOf(exercise) + 1).padStart(widest);
  const right = [
    width >= 64 && exercise.minutes !== null ? theme.paint('dim', `${exercise.minutes} min`) : '',
    open === exercise.id ? theme.paint('info', 'open') : stateWords(known, theme),
    starLine(theme, known?.stars ?? 0),
  ];
  const left = ` ${mark} ${number}  ${exercise.title}`;
  const end = right.filter((part) => part !== '').join('   ');
  return ends(here ? theme.paint('selected', left) : left, end, width - 1);
}

function stateWords(known: ExerciseProgress | undefined, { paint }: Theme): string {
  if (known === undefined || known.tries === 0) return '';
  return known.stars > 0
    ? paint('good', 'passed')
    : paint('dim', known.tries === 1 ? '1 try' : `${known.tries} tries`);
}

/** The course: its exercises by chapter, how far one is, and where to go on. */
export const home: Page<State, ProgramProps> = {
  name: 'home',
  start(props) {
    const open = props.exercises.findIndex(({ id }) => id === props.open);
    const next = props.exercises.findIndex(({ id }) => (props.progress.get(id)?.stars ?? 0) === 0);
    return { at: Math.max(0, open >= 0 ? open : next), filter: '' };
  },
  act(state, action, props) {
    const shown = shownOf(state, props);
    switch (action.id) {
      case 'open': {
        const chosen = shown[state.at];
        if (chosen) props.start(chosen.path);
        return state;
      }
      case 'pick': {
        const chosen = props.exercises[Number(action.key) - 1];
        if (chosen) props.start(chosen.path);
        return state;
      }
      case 'sandbox':
        props.openSandbox();
        return state;
      case 'filter':
        props.shell.ask({
          label: 'Filter:',
          text: state.filter,
          onChange: (filter) => props.keep('home', { at: 0, filter }),
          onAnswer: () => {},
        });
        return state;
      default:
        return { ...state, at: moveIn(state.at, action, shown.length) };
    }
  },
  view(state, props) {
    const { theme, size, progress, calibration } = props;
    const shown = shownOf(state, props);
    const rows: string[] = [];
    let chapter = '';
    let at = 0;
    shown.forEach((exercise, index) => {
      const own = chapterOf(exercise);
      if (own !== chapter) {
        if (rows.length > 0) rows.push('');
        rows.push(heading(theme, own, size.columns));
        chapter = own;
      }
      if (index === state.at) at = rows.length;
      rows.push(rowOf(exercise, index === state.at, props, size.columns));
    });
    if (shown.length === 0) rows.push(theme.paint('dim', ` Nothing is called "${state.filter}".`));
    const chosen = shown[state.at];
    const about =
      chosen === undefined
        ? []
        : [`${chosen.title} (${chosen.slug}): ${progressWords(progress.get(chosen.id))}.`];
    const told = [...about, calibrationWords(calibration)].filter((line) => line !== '');
    const foot = told.flatMap((line) =>
      fill(line, size.columns - 2).map((part) => ` ${theme.paint('dim', part)}`),
    );
    const room = Math.max(1, bodyRows(props) - foot.length - 2);
    const list = windowed(rows, room, topFor(0, room, at, at)).lines;
    const gap = Array.from({ length: Math.max(1, room - list.length + 1) }, () => '');
    const passed = props.exercises.filter(({ id }) => (progress.get(id)?.stars ?? 0) > 0).length;
    return {
      title: 'Brownout',
      status: theme.paint('dim', shorten(`${passed} of ${props.exercises.length} passed`, size.columns)),
      lines: ['', ...list, ...gap, ...foot],
      brief:
        chosen === undefined ? `Nothing is called "${state.filter}".` : `${state.at + 1} ${about.join('')}`,
      first: ['open', 'down', 'filter', 'sandbox', 'command'],
      labels: { open: chosen?.id === props.open ? 'go on' : 'open', down: 'move', leave: 'quit' },
    };
  },
};
