import { hiddenSeed } from '../../scenarios/hidden-seed.ts';
import { stopped } from '../../words/text.ts';
import { bodyRows } from '../frame.ts';
import { heading, topFor, windowed } from '../layout/blocks.ts';
import { loopWords } from '../layout/header.ts';
import { fill } from '../layout/text.ts';
import type { Page } from './page.ts';
import type { ExerciseProps } from './props.ts';

/** One universe: its seed, and what became of the design in it. */
interface Cell {
  readonly seed: string;
  readonly state: 'held' | 'broke' | 'worse' | 'won';
}

const WORDS: Readonly<Record<Cell['state'], string>> = {
  held: 'nothing broke',
  broke: 'the design broke',
  worse: 'more broke under B than under A',
  won: 'B held, and A did not',
};

/** The universes of the last grade, or where there was none, of the last comparison. */
function cellsOf({ session: { report, comparison } }: ExerciseProps): readonly Cell[] {
  const range = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => hiddenSeed(from + i));
  if (report !== null) {
    const failing = new Set(report.failing);
    return range(report.seeds.from, report.seeds.count).map((seed) => ({
      seed,
      state: failing.has(seed) ? 'broke' : 'held',
    }));
  }
  if (!comparison?.comparable) return [];
  const worse = new Set(comparison.worse);
  const won = new Set(comparison.won);
  return range(comparison.seeds.from, comparison.seeds.count).map((seed) => ({
    seed,
    state: worse.has(seed) ? 'worse' : won.has(seed) ? 'won' : 'held',
  }));
}

/** Cells in a row: tens, as many as there is room for. */
const perRow = ({ size }: ExerciseProps): number =>
  Math.max(10, Math.min(50, Math.floor((size.columns - 10) / 30) * 10));

/** Every universe at a glance; any of them can be watched. */
export const seeds: Page<number, ExerciseProps> = {
  name: 'seeds',
  start: (props) =>
    Math.max(
      0,
      cellsOf(props).findIndex(({ state }) => state === 'broke' || state === 'worse'),
    ),
  act(at, { id }, props) {
    const cells = cellsOf(props);
    const to = (next: number) => (next >= 0 && next < cells.length ? next : at);
    switch (id) {
      case 'left':
        return to(at - 1);
      case 'right':
        return to(at + 1);
      case 'up':
        return to(at - perRow(props));
      case 'down':
        return to(at + perRow(props));
      case 'first':
        return 0;
      case 'last':
        return Math.max(0, cells.length - 1);
      case 'nextBroken': {
        const bad = cells.flatMap(({ state }, index) =>
          state === 'broke' || state === 'worse' ? [index] : [],
        );
        return bad.find((index) => index > at) ?? bad[0] ?? at;
      }
      case 'open': {
        const cell = cells[at];
        if (cell) props.watch(cell.seed);
        return at;
      }
      default:
        return at;
    }
  },
  why: (_, id, props) =>
    id === 'nextBroken' && cellsOf(props).every(({ state }) => state === 'held' || state === 'won')
      ? 'none broke'
      : null,
  view(at, props) {
    const { theme, size, session } = props;
    const cells = cellsOf(props);
    const columns = perRow(props);
    const rows = Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) =>
      gridRow(cells.slice(row * columns, (row + 1) * columns), at - row * columns, props),
    );
    const chosen = cells[at];
    const foot = chosen === undefined ? [] : aboutCell(chosen, props);
    const room = Math.max(1, bodyRows(props) - foot.length - 4);
    const here = Math.floor(at / columns);
    const grid = windowed(rows, room, topFor(0, room, here, here)).lines;
    const bad = cells.filter(({ state }) => state === 'broke' || state === 'worse').length;
    const title =
      session.report !== null
        ? `${cells.length} universes, ${bad} broke`
        : `${cells.length} universes, ${bad} worse under B`;
    return {
      title: session.exercise.title,
      status: loopWords(theme, 'seeds'),
      lines: ['', heading(theme, title, size.columns), ...grid, '', ...foot],
      brief: chosen === undefined ? title : `Universe ${chosen.seed}: ${WORDS[chosen.state]}. ${title}.`,
      first: ['open', 'right', 'nextBroken', 'back'],
      labels: { open: 'watch', right: 'move', leave: 'close' },
    };
  },
};

function gridRow(cells: readonly Cell[], at: number, { theme }: ExerciseProps): string {
  const { glyphs, paint } = theme;
  const marks: Readonly<Record<Cell['state'], string>> = {
    held: paint('good', glyphs.dot),
    broke: paint('bad', '!'),
    worse: paint('bad', '!'),
    won: paint('good', '+'),
  };
  const first = paint('dim', (cells[0]?.seed ?? '').padStart(6));
  const drawn = cells.map(({ state }, index) => {
    const wide = index > 0 && index % 10 === 0 ? ' ' : '';
    return (
      wide +
      (index === at
        ? paint('selected', `[${state === 'held' ? glyphs.dot : state === 'won' ? '+' : '!'}]`)
        : ` ${marks[state]} `)
    );
  });
  return `${first}  ${drawn.join('')}`;
}

function aboutCell({ seed, state }: Cell, { session, size, theme }: ExerciseProps): string[] {
  const { report } = session;
  const worst = report?.worst?.seed === seed ? report.worst : undefined;
  const details = worst === undefined ? [] : worst.failed.map(({ id, got }) => `${id}: ${stopped(got)}`);
  return [
    heading(theme, `Universe ${seed}`, size.columns),
    ...fill(
      [`${WORDS[state]}${worst ? ', worse than anywhere else' : ''}.`, ...details].join(' '),
      size.columns - 2,
    ).map((line) => ` ${line}`),
  ];
}
