import type { Comparison, ComparisonRow } from '../../scenarios/compare.ts';
import { hiddenSeed } from '../../scenarios/hidden-seed.ts';
import { formatMicros } from '../../sim/kernel/time.ts';
import { designWords } from '../../words/design.ts';
import { figureWords } from '../../words/figure.ts';
import { isLaw } from '../../words/verdict.ts';
import { bodyRows } from '../frame.ts';
import { flowing, heading, moreWords, table, topFor, windowed } from '../layout/blocks.ts';
import { loopWords } from '../layout/header.ts';
import { bare, fill } from '../layout/text.ts';
import type { Theme } from '../theme/theme.ts';
import { moveIn } from './moving.ts';
import type { Page } from './page.ts';
import type { ExerciseProps } from './props.ts';

type Comparable = Extract<Comparison, { comparable: true }>;

interface State {
  /** What is selected: the figures first, then the universes that got worse. */
  readonly at: number;
  readonly filter: string;
}

/** A line, or several, that can be selected, or that cannot. */
interface Part {
  readonly lines: readonly string[];
  /** The universe that is opened by it; undefined: it cannot be selected. */
  readonly opens?: string;
  /** The same in a few words. */
  readonly brief?: string;
}

/** The cost is in points, for which the table has no room. */
const figure = (value: number, unit: ComparisonRow['unit']): string =>
  figureWords(value, unit === 'points' ? 'count' : unit, '%');

const signed = (value: number, unit: ComparisonRow['unit']): string =>
  `${value > 0 ? '+' : ''}${figure(value, unit)}`;

/** Two designs on equal luck: which differences are more than chance, and in which universes the second is worse. */
export const compare: Page<State, ExerciseProps> = {
  name: 'compare',
  start: () => ({ at: 0, filter: '' }),
  act(state, action, props) {
    const openable = partsOf(state, props).flatMap(({ opens }) => (opens === undefined ? [] : [opens]));
    if (action.id === 'open') {
      const seed = openable[state.at];
      if (seed !== undefined) props.showBoth(seed);
      return state;
    }
    if (action.id === 'filter') {
      props.shell.ask({
        label: 'Filter:',
        text: state.filter,
        onChange: (filter) => props.keep('compare', { at: 0, filter }),
        onAnswer: () => {},
      });
      return state;
    }
    return { ...state, at: moveIn(state.at, action, Math.max(1, openable.length)) };
  },
  why(_, id, { session: { comparison } }) {
    return (id === 'open' || id === 'both') && !comparison?.comparable ? 'there is nothing to compare' : null;
  },
  view(state, props) {
    const { session, theme } = props;
    const lines: string[] = [];
    let selectable = 0;
    let first = 0;
    let last = 0;
    const parts = partsOf(state, props);
    for (const part of parts) {
      const here = part.opens !== undefined && selectable++ === state.at;
      if (here) first = lines.length;
      lines.push(...part.lines.map((line) => (here ? theme.paint('selected', pointed(line, theme)) : line)));
      if (here) last = lines.length - 1;
    }
    const room = bodyRows(props);
    // What stands above the first is seen with it, and what stands below the last.
    const top =
      state.at === 0 ? 0 : state.at === selectable - 1 ? lines.length : topFor(0, room, first, last);
    const shown = windowed(lines, room, top);
    return {
      title: session.exercise.title,
      status: [moreWords(theme, shown), loopWords(theme, 'compare')]
        .filter((part) => part !== '')
        .join('   '),
      lines: shown.lines,
      brief: parts.filter(({ opens }) => opens !== undefined)[state.at]?.brief ?? flowing(lines, 0),
      first: ['open', 'down', 'seeds', 'redesign', 'filter', 'back'],
      labels: { open: 'side by side', down: 'select', back: 'run' },
    };
  },
};

/** A line with the mark of what is selected in its first column, and without other colours. */
const pointed = (line: string, { glyphs }: Theme): string => `${glyphs.pointer}${bare(line).slice(1)}`;

function partsOf({ filter }: State, props: ExerciseProps): Part[] {
  const { session, size } = props;
  const { comparison, exercise } = session;
  if (comparison === null) return [];
  const width = size.columns;
  const design = (name: string, choices: Comparison['a']) =>
    fill(`${name}  ${designWords(exercise, choices)}`, width - 2, 3).map((line) => ` ${line}`);
  const head = ['', ...design('A', comparison.a), ...design('B', comparison.b), ''];
  if (!comparison.comparable)
    return [{ lines: [...head, ...fill(comparison.message, width - 2).map((line) => ` ${line}`)] }];
  const { held, seeds } = comparison;
  const heldWords = ` A held in ${held.a}, B in ${held.b} of the same ${seeds.count} universes.`;
  const figures = figuresOf(comparison, filter);
  const [titles = '', ...rows] = tableLines(figures, props);
  return [
    { lines: [...head, heldWords, '', titles] },
    ...rows.map((line, index) => ({
      lines: [line],
      opens: hiddenSeed(seeds.from),
      brief: briefly(figures[index]),
    })),
    ...worseParts(comparison, props),
    { lines: partingLines(comparison, props) },
  ];
}

/** Better, worse, or no more than chance. */
function judged(row: ComparisonRow): readonly [string, 'good' | 'bad' | 'dim' | 'info'] {
  const { good, difference } = row;
  const { interval } = difference;
  if (interval === null || (interval.low <= 0 && interval.high >= 0)) return ['=', 'dim'];
  if (good === null) return ['differs', 'info'];
  return difference.mean > 0 === (good === 'more') ? ['better', 'good'] : ['worse', 'bad'];
}

/** The figures that are worth a row. */
const figuresOf = ({ rows }: Comparable, filter: string): readonly ComparisonRow[] =>
  rows.filter(
    (row) => row.figure.includes(filter.trim()) && !(isLaw(row.figure) && row.difference.mean === 0),
  );

function briefly(row: ComparisonRow | undefined): string {
  if (row === undefined) return '';
  const [word] = judged(row);
  return `${row.figure}: ${word === '=' ? 'the same' : word}, A ${figure(row.a, row.unit)}, B ${figure(row.b, row.unit)}`;
}

function tableLines(shown: readonly ComparisonRow[], { theme, size }: ExerciseProps): string[] {
  const wide = size.columns >= 100;
  const cells = shown.map((row) => {
    const [word, role] = judged(row);
    const { unit, difference, better, same, worse } = row;
    const { interval } = difference;
    const between =
      interval === null ? '' : `${signed(interval.low, unit)} .. ${signed(interval.high, unit)}`;
    return [
      `  ${theme.paint(role, word)}`,
      row.figure,
      figure(row.a, unit),
      figure(row.b, unit),
      signed(difference.mean, unit),
      ...(wide ? [between] : []),
      row.good === null ? '' : `${better}/${same}/${worse}`,
    ];
  });
  const columns = [
    { title: '  B is' },
    { title: 'figure', rest: true },
    { title: 'A', align: 'right' as const },
    { title: 'B', align: 'right' as const },
    { title: 'B-A', align: 'right' as const },
    ...(wide ? [{ title: '95 % of', align: 'right' as const }] : []),
    { title: 'better/same/worse', align: 'right' as const, most: 17 },
  ];
  return table(theme, columns, cells, size.columns);
}

/** The universes in which more breaks under the second design, each to be opened. */
function worseParts({ worse, won }: Comparable, { theme, size }: ExerciseProps): Part[] {
  const better = won.length === 0 ? '' : `${won.length} got better`;
  if (worse.length === 0)
    return [
      { lines: ['', ` ${theme.paint('good', 'No universe got worse.')} ${theme.paint('dim', better)}`] },
    ];
  const title =
    worse.length === 1 ? 'The universe that got worse' : `The ${worse.length} universes that got worse`;
  return [
    { lines: ['', heading(theme, title, size.columns, theme.paint('dim', better))] },
    ...worse.map((seed) => ({
      lines: [`   ${seed}  more breaks under B than under A`],
      opens: seed,
      brief: `universe ${seed}: more breaks under B than under A`,
    })),
  ];
}

function partingLines({ divergence }: Comparable, { theme, size }: ExerciseProps): string[] {
  const width = size.columns;
  if (divergence === null)
    return ['', theme.paint('dim', ' In the first universe both did exactly the same.')];
  const side = (name: string, words: string | null) =>
    fill(`${name}  ${words ?? 'The run was over.'}`, width - 2, 3).map((line) => ` ${line}`);
  const title = `They part at event ${divergence.record}, ${formatMicros(divergence.at)}`;
  return ['', heading(theme, title, width), ...side('A', divergence.a), ...side('B', divergence.b)];
}
