import type { Counterfactual } from '../../scenarios/why.ts';
import { chosenOption } from '../../words/design.ts';
import { sentence, stopped } from '../../words/text.ts';
import { isUntouched } from '../common.ts';
import { bodyRows } from '../frame.ts';
import { heading, table, topFor, windowed } from '../layout/blocks.ts';
import { loopWords } from '../layout/header.ts';
import { cut, fill } from '../layout/text.ts';
import { moveIn } from './moving.ts';
import type { Page } from './page.ts';
import type { ExerciseProps } from './props.ts';
import { READABLE } from './text.ts';

interface State {
  /** Line of the chain, from 0. */
  readonly at: number;
  /** What stands below the chain. */
  readonly below: 'reasons' | 'diagram' | 'whatIf';
}

const causeOf = ({ session }: ExerciseProps) => session.cause;

/** Another of the cases in which the check broke. */
function turn(by: number, { session, shell }: ExerciseProps): void {
  const { cause } = session;
  if (cause === null) return;
  const { findings, id } = cause.check;
  const now = findings.indexOf(cause.finding);
  const finding = (now + by + findings.length) % findings.length;
  shell.send({ type: 'back' });
  shell.send({ type: 'why', check: id, finding });
}

function goTo(line: number, { session, shell, player }: ExerciseProps): void {
  const record = session.cause?.explanation.lines[line]?.record;
  if (record === undefined) return;
  player?.send({ type: 'record', record });
  shell.send({ type: 'back' });
}

/** The chain of causes, walked line by line; and what would have been. */
export const why: Page<State, ExerciseProps> = {
  name: 'why',
  start: (props) => ({ at: (causeOf(props)?.explanation.lines.length ?? 1) - 1, below: 'reasons' }),
  act(state, action, props) {
    const lines = causeOf(props)?.explanation.lines.length ?? 0;
    switch (action.id) {
      case 'open':
        goTo(state.at, props);
        return state;
      case 'pick':
        goTo(Number(action.key) - 1, props);
        return state;
      case 'next':
        turn(1, props);
        return state;
      case 'previous':
        turn(-1, props);
        return state;
      case 'diagram':
        return { ...state, below: state.below === 'diagram' ? 'reasons' : 'diagram' };
      case 'whatIf':
        if (state.below === 'whatIf') return { ...state, below: 'reasons' };
        if (causeOf(props)?.whatIf === null) props.shell.send({ type: 'whatIf' });
        return { ...state, below: 'whatIf' };
      default:
        return { ...state, at: moveIn(state.at, action, lines) };
    }
  },
  why(_, id, props) {
    if (id === 'whatIf' && !isUntouched(props.session))
      return 'this run was changed, so there is no other to hold it against';
    if ((id === 'next' || id === 'previous') && (causeOf(props)?.check.findings.length ?? 0) < 2)
      return 'there is only one case';
    return null;
  },
  view(state, props) {
    const { session, theme, size, guided } = props;
    const cause = causeOf(props);
    const rows = bodyRows(props);
    if (cause === null) return { title: session.exercise.title, lines: [] };
    const { check, finding, explanation } = cause;
    const width = Math.min(size.columns, READABLE + 8);
    const head = [
      ...fill(`${check.id}: ${stopped(finding.message)}`, width - 2).map(
        (line) => ` ${theme.paint('bad', line)}`,
      ),
      ...(check.findings.length > 1
        ? [
            theme.paint(
              'dim',
              ` Case ${check.findings.indexOf(finding) + 1} of ${check.findings.length}${check.count > check.findings.length ? ` told, ${check.count} in all` : ''}.`,
            ),
          ]
        : []),
      '',
    ];
    const chain: string[] = [];
    let first = 0;
    let last = 0;
    explanation.lines.forEach(({ text, record }, index) => {
      const here = index === state.at;
      if (here) first = chain.length;
      fill(`${sentence(text)} #${record}`, width - 6).forEach((line, row) => {
        const lead = row === 0 ? ` ${here ? theme.glyphs.pointer : ' '} ${index + 1}  ` : '      ';
        chain.push(here ? theme.paint('selected', lead + line) : lead + line);
      });
      if (here) last = chain.length - 1;
    });
    const below = belowLines(state, props, width);
    const least = state.below === 'reasons' ? Math.min(below.length, 5) : Math.min(below.length, rows >> 1);
    const room = Math.max(3, Math.min(chain.length, rows - head.length - least - 1));
    const shown = windowed(chain, room, topFor(0, room, first, last));
    return {
      title: session.exercise.title,
      status: loopWords(theme, 'why'),
      lines: [...head, ...shown.lines, '', ...below],
      brief: `${state.at + 1}/${explanation.lines.length} ${sentence(explanation.lines[state.at]?.text ?? '')}`,
      ...(guided
        ? {
            first: ['redesign', 'open', 'whatIf', 'back'] as const,
            labels: { redesign: 'now choose a fix', open: 'see event', back: 'run' },
          }
        : {
            first: ['open', 'down', 'whatIf', 'diagram', 'next', 'redesign', 'back'] as const,
            labels: { open: 'see event', down: 'walk', next: 'other case', back: 'run' },
          }),
    };
  },
};

function belowLines({ below }: State, props: ExerciseProps, width: number): string[] {
  if (below === 'diagram') return diagramLines(props, width);
  if (below === 'whatIf') return whatIfLines(props, width);
  const reasons = reasonLines(props, width);
  const roomy = props.size.class === 'M' || props.size.class === 'L';
  if (!roomy) return reasons;
  return [...reasons, ...(reasons.length === 0 ? [] : ['']), ...diagramLines(props, width)];
}

function diagramLines({ session, theme }: ExerciseProps, width: number): string[] {
  const drawn = session.cause?.explanation.diagram.trimEnd().split('\n') ?? [];
  return [
    heading(theme, 'The same events, as lanes', width),
    ...drawn.map((line) => ` ${cut(line, width - 1)}`),
  ];
}

/** What the author says of the options that were chosen and lead to this. */
function reasonLines({ session, theme }: ExerciseProps, width: number): string[] {
  const { cause, exercise, observation } = session;
  return exercise.decide.flatMap((decision) => {
    const option = chosenOption(decision, observation?.ask.choices ?? {});
    const because = option?.expect.because ?? null;
    if (option === undefined || because === null || !option.expect.fails.includes(cause?.check.id ?? ''))
      return [];
    return [
      heading(theme, `About "${option.label}"`, width),
      ...fill(sentence(because), width - 2).map((line) => ` ${line}`),
    ];
  });
}

function whatIfLines({ session, theme }: ExerciseProps, width: number): string[] {
  const whatIf = session.cause?.whatIf;
  const title = heading(theme, 'The same universe, one thing changed', width);
  if (!whatIf) return [title, theme.paint('dim', ' Running it again, once for each change ...')];
  const came = ({ outcome }: Counterfactual) =>
    outcome === 'invalid'
      ? theme.paint('bad', `${theme.glyphs.broken} breaks`)
      : outcome === 'valid'
        ? theme.paint('good', `${theme.glyphs.held} holds`)
        : theme.paint('dim', '? not tested');
  const changed = ({ kind, id, option, chosen }: Counterfactual) => {
    if (kind === 'without-fault') return `without the fault ${id}`;
    if (kind === 'only-fault') return `with the fault ${id} alone`;
    const decision = session.exercise.decide.find((candidate) => candidate.id === id);
    const label = decision?.options.find((candidate) => candidate.id === option)?.label;
    return `${id}: ${label ?? 'left as it is'}${chosen ? ' (as now)' : ''}`;
  };
  const rows = whatIf.rows.map((row) => [
    ` ${came(row)}`,
    changed(row),
    row.outcome === 'invalid' ? String(row.count) : '',
  ]);
  return [
    title,
    ...table(
      theme,
      [
        { title: ` ${whatIf.check}`, most: 14 },
        { title: 'changed', rest: true },
        { title: 'cases', align: 'right' },
      ],
      rows,
      width,
    ),
  ];
}
