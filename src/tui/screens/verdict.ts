import { stars } from '../../play/session.ts';
import type { Ablation, CheckSpread, GradeReport } from '../../scenarios/grade.ts';
import { unitOf } from '../../scenarios/measure-unit.ts';
import { calibrationWords } from '../../words/calibration.ts';
import { figureWords } from '../../words/figure.ts';
import { predictionWords } from '../../words/run.ts';
import { percent, stopped } from '../../words/text.ts';
import { isLaw } from '../../words/verdict.ts';
import { bodyRows } from '../frame.ts';
import { flowing, heading, moreWords, table, windowed } from '../layout/blocks.ts';
import { loopWords } from '../layout/header.ts';
import { fill } from '../layout/text.ts';
import { starLine } from './home.ts';
import { scrolled } from './moving.ts';
import type { Page } from './page.ts';
import type { ExerciseProps } from './props.ts';

const passed = (report: GradeReport): boolean => report.held === report.seeds.count;

/** How a design did on hidden seeds, and what each part of it was worth. */
export const verdict: Page<number, ExerciseProps> = {
  name: 'verdict',
  start: () => 0,
  act(top, action, props) {
    const { report } = props.session;
    if (action.id === 'open') {
      if (report?.worst) props.shell.send({ type: 'watch', seed: report.worst.seed });
      else props.shell.send({ type: 'debrief' });
    }
    return scrolled(top, action, linesOf(props).length, bodyRows(props));
  },
  why: (_, id) => (id === 'pick' ? 'there is nothing to pick' : null),
  view(top, props) {
    const { session, theme } = props;
    const { report } = session;
    const shown = windowed(linesOf(props), bodyRows(props), top);
    const good = report !== null && passed(report);
    return {
      title: session.exercise.title,
      status: [moreWords(theme, shown), loopWords(theme, 'verdict')]
        .filter((part) => part !== '')
        .join('   '),
      lines: shown.lines,
      brief: flowing(linesOf(props), top),
      first: good
        ? ['open', 'answer', 'seeds', 'redesign', 'compare']
        : ['open', 'redesign', 'seeds', 'compare', 'hint', 'debrief'],
      labels: { open: good ? 'debrief' : 'watch it break' },
    };
  },
};

function linesOf(props: ExerciseProps): string[] {
  const { session, theme, size, calibration } = props;
  const { report, exercise, hints } = session;
  if (report === null) return [];
  const width = size.columns;
  const earned = stars(exercise, report, hints);
  const title = passed(report) ? theme.paint('good', 'PASSED') : theme.paint('bad', 'NOT YET');
  const share = `the design held in ${report.held} of ${report.seeds.count} universes`;
  const sure = `between ${percent(report.interval.low)} and ${percent(report.interval.high)} of all, with 95 percent confidence`;
  const told = [predictionWords(session), calibrationWords(calibration)].filter((line) => line !== '');
  return [
    '',
    ` ${title}  ${share}   ${starLine(theme, earned)}`,
    ...fill(sure, width - 2).map((line) => ` ${theme.paint('dim', line)}`),
    '',
    heading(theme, 'Goals', width),
    ...goalLines(report, props),
    ...ablationLines(report, props),
    ...worstLines(report, props),
    ...(told.length === 0 ? [] : ['', heading(theme, 'Your prediction', width)]),
    ...told.flatMap((line) => fill(line, width - 2).map((part) => ` ${part}`)),
  ];
}

/** What each check needed, in how many universes it broke, and how its figure lies over them. */
function goalLines({ checks, seeds }: GradeReport, { theme, size }: ExerciseProps): string[] {
  const narrow = size.columns < 70;
  const shown = checks.filter(({ id, invalid }) => invalid > 0 || !isLaw(id));
  const rows = shown.map((check) => {
    const { id, weight, invalid, valid, need } = check;
    const state =
      invalid > 0
        ? theme.paint('bad', `${theme.glyphs.broken} broke ${invalid}/${seeds.count}`)
        : valid > 0
          ? theme.paint('good', `${theme.glyphs.held} held`)
          : theme.paint('dim', '? untested');
    const name = weight === 'secondary' ? `${id} (2nd)` : id;
    return narrow ? [` ${state}`, name, spreadWords(check)] : [` ${state}`, name, need, spreadWords(check)];
  });
  return table(
    theme,
    [
      { title: '' },
      { title: 'goal', most: 22 },
      ...(narrow ? [] : [{ title: 'need', rest: true }]),
      { title: 'got, least to most', most: 32 },
    ],
    rows,
    size.columns,
  );
}

function spreadWords({ got, example }: CheckSpread): string {
  const [first] = Object.entries(got);
  if (first === undefined) return example.got;
  const [name, { min, median, max }] = first;
  // Four digits tell 99.46 % from the 99.5 % that are asked for, and fit.
  const [least, middle, most] = [min, median, max].map((value) =>
    figureWords(Number(value.toPrecision(4)), unitOf(name), '%'),
  );
  return min === max ? `${least}` : `${least} .. ${middle} .. ${most}`;
}

const WORTH: Readonly<Record<Ablation['finding'], readonly [string, 'good' | 'bad' | 'warn']>> = {
  'load-bearing': ['needed', 'good'],
  harmful: ['harmful', 'bad'],
  decoration: ['decoration', 'warn'],
  'helps no verdict': ['no help', 'warn'],
};

/** What became of the same universes without each choice. */
function ablationLines({ ablation, seeds }: GradeReport, { theme, size, session }: ExerciseProps): string[] {
  if (ablation.length === 0) return [];
  const rows = ablation.map(({ decision, option, held, finding }) => {
    const [word, role] = WORTH[finding];
    const options = session.exercise.decide.find(({ id }) => id === decision)?.options;
    const label = options?.find(({ id }) => id === option)?.label ?? option;
    return [` ${theme.paint(role, word)}`, label, `${held} of ${seeds.count}`];
  });
  return [
    '',
    heading(theme, 'Each choice left out, on the same universes', size.columns),
    ...table(
      theme,
      [{ title: '' }, { title: 'without', rest: true }, { title: 'holds in', align: 'right' }],
      rows,
      size.columns,
    ),
  ];
}

function worstLines({ worst, idle }: GradeReport, { theme, size }: ExerciseProps): string[] {
  if (worst === null) return [];
  const broke = worst.failed.map(({ id, got }) => `${id}: ${stopped(got)}`).join(' ');
  const idling = idle.filter(({ allowed }) => !allowed).map(({ fault }) => fault);
  return [
    '',
    heading(theme, `Worst universe: ${worst.seed}`, size.columns, theme.paint('dim', 'Enter watches it')),
    ...fill(broke, size.columns - 2).map((line) => ` ${line}`),
    ...(idling.length === 0
      ? []
      : [theme.paint('dim', ` Faults that changed nothing: ${idling.join(', ')}`)]),
  ];
}
