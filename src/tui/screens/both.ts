import type { Observation } from '../../play/engine.ts';
import { narrate } from '../../scenarios/narrate.ts';
import type { EventRecord } from '../../sim/kernel/record.ts';
import { formatMicros } from '../../sim/kernel/time.ts';
import { bodyRows } from '../frame.ts';
import { beside, heading } from '../layout/blocks.ts';
import { fill } from '../layout/text.ts';
import type { Overlay } from '../overlay.ts';
import type { Page } from './page.ts';
import type { ExerciseProps } from './props.ts';

type Both = Extract<Overlay, { kind: 'both' }>;

const SECOND = 1_000_000;

/** Events of one run that are told at once; more would not fit on any screen. */
const TOLD = 16;

const bothOf = ({ overlay }: ExerciseProps): Both | null => (overlay?.kind === 'both' ? overlay : null);

/** How many records have happened at a time. */
function countAt(record: EventRecord, at: number): number {
  let low = 0;
  let high = record.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (record.timeAt(middle) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The moment of the next record of either run, or of the last one before. */
function stepFrom(at: number, direction: 1 | -1, { a, b }: Both): number {
  const moments = [a, b].flatMap(({ run: { record } }) => {
    const next = direction === 1 ? countAt(record, at) : countAt(record, at - 1) - 1;
    return next >= 0 && next < record.length ? [record.timeAt(next)] : [];
  });
  if (moments.length === 0) return at;
  return direction === 1 ? Math.min(...moments) : Math.max(...moments);
}

/** The next moment that matters in either run; the one at which they part is one of them. */
function beatFrom(at: number, direction: 1 | -1, { a, b, parting }: Both): number {
  const moments = [...a.beats, ...b.beats].map((beat) => beat.at);
  if (parting !== null) moments.push(parting);
  const beyond = moments.filter((moment) => (direction === 1 ? moment > at : moment < at));
  if (beyond.length === 0) return at;
  return direction === 1 ? Math.min(...beyond) : Math.max(...beyond);
}

/** Two designs in one universe, at the same moment of both: where their stories part, and what comes of it. */
export const both: Page<number, ExerciseProps> = {
  name: 'both',
  start: (props) => bothOf(props)?.parting ?? 0,
  act(at, { id }, props) {
    const shown = bothOf(props);
    if (shown === null) return at;
    const until = Math.max(shown.a.run.until, shown.b.run.until);
    switch (id) {
      case 'stepForward':
        return stepFrom(at, 1, shown);
      case 'stepBack':
        return stepFrom(at, -1, shown);
      case 'beatForward':
        return beatFrom(at, 1, shown);
      case 'beatBack':
        return beatFrom(at, -1, shown);
      case 'secondForward':
        return Math.min(until, at + SECOND);
      case 'secondBack':
        return Math.max(0, at - SECOND);
      case 'toStart':
        return 0;
      case 'toEnd':
        return until;
      case 'parting':
        return shown.parting ?? at;
      default:
        return at;
    }
  },
  why: (_, id, props) =>
    id === 'parting' && bothOf(props)?.parting === null ? 'the runs are the same to their end' : null,
  view(at, props) {
    const { session, theme, size } = props;
    const shown = bothOf(props);
    if (shown === null) return { title: session.exercise.title, lines: [] };
    const rows = bodyRows(props);
    const stacked = size.class === 'column' || size.class === 'line';
    const width = stacked ? size.columns : (size.columns - 3) >> 1;
    const height = stacked ? rows >> 1 : rows;
    const left = side('A', shown.a, at, width, height, props);
    const right = side('B', shown.b, at, size.columns - (stacked ? 0 : width + 3), height, props);
    const parted =
      shown.parting !== null && at >= shown.parting
        ? theme.paint('warn', 'parted')
        : theme.paint('dim', 'the same so far');
    return {
      title: `${session.exercise.title}: universe ${shown.a.ask.seed}, ${formatMicros(at)}`,
      status: parted,
      lines: stacked ? [...left, ...right] : beside(theme, left, right, width, rows),
      first: ['stepForward', 'stepBack', 'beatForward', 'beatBack', 'parting', 'back'],
      labels: { leave: 'close' },
    };
  },
};

/** One run up to a moment: what has broken by then, and its latest events, the last of them lowest. */
function side(
  name: string,
  { run, verdict }: Observation,
  at: number,
  width: number,
  height: number,
  { theme }: ExerciseProps,
): string[] {
  const { record } = run;
  const count = countAt(record, at);
  const broken = verdict.checks.filter(
    (check) => check.outcome === 'invalid' && check.at !== null && check.at <= at,
  );
  const state =
    broken.length === 0
      ? [theme.paint('good', `${theme.glyphs.held} nothing has broken`)]
      : broken.map(({ id }) => theme.paint('bad', `${theme.glyphs.broken} ${id}`));
  const story: string[] = [];
  for (let index = count - 1; index >= 0 && index >= count - TOLD && story.length < height; index--) {
    const now = record.timeAt(index) === at;
    const words = fill(`#${index} ${narrate(run, index)}`, width, 2);
    story.unshift(...words.map((line) => (now ? theme.paint('strong', line) : line)));
  }
  const head = [
    heading(theme, name, width, theme.paint('dim', `event ${Math.max(0, count - 1)}`)),
    ...state,
    '',
  ];
  const room = Math.max(0, height - head.length);
  return [...head, ...story.slice(-room)].slice(0, height);
}
