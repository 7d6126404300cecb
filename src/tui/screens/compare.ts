import type { Comparison, ComparisonRow } from '../../scenarios/compare.ts';
import { formatMicros } from '../../sim/kernel/time.ts';
import { designWords } from '../../words/design.ts';
import { isLaw } from '../../words/verdict.ts';
import { bodyRows } from '../frame.ts';
import { heading, moreWords, table, windowed } from '../layout/blocks.ts';
import { loopWords } from '../layout/header.ts';
import { fill, shorten } from '../layout/text.ts';
import type { Page } from './page.ts';
import type { ExerciseProps } from './props.ts';

type Comparable = Extract<Comparison, { comparable: true }>;

interface State {
  readonly top: number;
  readonly filter: string;
}

const number = (value: number): string => String(Math.round(value * 1000) / 1000);

function figure(value: number, unit: ComparisonRow['unit']): string {
  if (unit === 'µs') return formatMicros(Math.round(value));
  return unit === '%' ? `${number(value)} %` : number(value);
}

const signed = (value: number, unit: ComparisonRow['unit']): string =>
  `${value > 0 ? '+' : ''}${figure(value, unit)}`;

/** Two designs on equal luck: which differences are more than chance, and where their stories part. */
export const compare: Page<State, ExerciseProps> = {
  name: 'compare',
  start: () => ({ top: 0, filter: '' }),
  act(state, { id }, props) {
    const room = bodyRows(props);
    const most = Math.max(0, linesOf(state, props).length - room);
    const to = (top: number): State => ({ ...state, top: Math.max(0, Math.min(most, top)) });
    switch (id) {
      case 'open':
        watchWorse(props);
        return state;
      case 'down':
        return to(state.top + 1);
      case 'up':
        return to(state.top - 1);
      case 'pageDown':
        return to(state.top + (room >> 1));
      case 'pageUp':
        return to(state.top - (room >> 1));
      case 'first':
        return to(0);
      case 'last':
        return to(most);
      case 'filter':
        props.shell.ask({
          label: 'Filter:',
          text: state.filter,
          onChange: (filter) => props.keep('compare', { top: 0, filter }),
          onAnswer: () => {},
        });
        return state;
      default:
        return state;
    }
  },
  why(_, id, { session: { comparison } }) {
    if (id === 'open')
      return comparison?.comparable && comparison.worse.length > 0 ? null : 'B is worse in no universe';
    return id === 'next' || id === 'previous' ? 'there is only one pane' : null;
  },
  view(state, props) {
    const { session, theme } = props;
    const shown = windowed(linesOf(state, props), bodyRows(props), state.top);
    return {
      title: session.exercise.title,
      status: [moreWords(theme, shown), loopWords(theme, 'compare')]
        .filter((part) => part !== '')
        .join('   '),
      lines: shown.lines,
      first: ['open', 'both', 'seeds', 'redesign', 'filter', 'back'],
      labels: { open: 'watch where B is worse', back: 'run' },
    };
  },
};

/** Plays the first universe in which the second design is worse, with that design. */
function watchWorse({ session: { comparison }, shell }: ExerciseProps): void {
  const seed = comparison?.comparable ? comparison.worse[0] : undefined;
  if (comparison === null || seed === undefined) return;
  shell.send({ type: 'design', choices: comparison.b });
  shell.send({ type: 'watch', seed });
}

function linesOf({ filter }: State, props: ExerciseProps): string[] {
  const { session, size } = props;
  const { comparison, exercise } = session;
  if (comparison === null) return [];
  const width = size.columns;
  const design = (name: string, choices: Comparison['a']) =>
    fill(`${name}  ${designWords(exercise, choices)}`, width - 2, 3).map((line) => ` ${line}`);
  const head = ['', ...design('A', comparison.a), ...design('B', comparison.b), ''];
  if (!comparison.comparable)
    return [...head, ...fill(comparison.message, width - 2).map((line) => ` ${line}`)];
  return [
    ...head,
    ` A held in ${comparison.held.a}, B in ${comparison.held.b} of the same ${comparison.seeds.count} universes.`,
    '',
    ...tableLines(comparison, filter, props),
    ...worseLines(comparison, props),
    ...partingLines(comparison, props),
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

function tableLines({ rows }: Comparable, filter: string, { theme, size }: ExerciseProps): string[] {
  const shown = rows.filter(
    (row) => row.figure.includes(filter.trim()) && !(isLaw(row.figure) && row.difference.mean === 0),
  );
  const wide = size.columns >= 100;
  const cells = shown.map((row) => {
    const [word, role] = judged(row);
    const { unit, difference, better, same, worse } = row;
    const { interval } = difference;
    const between =
      interval === null ? '' : `${signed(interval.low, unit)} .. ${signed(interval.high, unit)}`;
    return [
      ` ${theme.paint(role, word)}`,
      row.figure,
      figure(row.a, unit),
      figure(row.b, unit),
      signed(difference.mean, unit),
      ...(wide ? [between] : []),
      row.good === null ? '' : `${better}/${same}/${worse}`,
    ];
  });
  const columns = [
    { title: ' B is' },
    { title: 'figure', rest: true },
    { title: 'A', align: 'right' as const },
    { title: 'B', align: 'right' as const },
    { title: 'B-A', align: 'right' as const },
    ...(wide ? [{ title: '95 % of', align: 'right' as const }] : []),
    { title: 'better/same/worse', align: 'right' as const, most: 17 },
  ];
  return table(theme, columns, cells, size.columns);
}

function worseLines({ worse }: Comparable, { theme, size }: ExerciseProps): string[] {
  if (worse.length === 0) return [];
  return [
    '',
    heading(theme, 'Universes that got worse', size.columns),
    ` ${shorten(worse.join(' '), size.columns - 2, theme.glyphs.ellipsis)}`,
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
