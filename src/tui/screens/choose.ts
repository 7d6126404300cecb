import { noteKey, type OptionNotes, type PatternNotes } from '../../play/notes.ts';
import type { Decision } from '../../scenarios/exercise.ts';
import { chosenOption, designWords, pointsOf } from '../../words/design.ts';
import { paragraphs } from '../../words/text.ts';
import { bodyRows } from '../frame.ts';
import { beside, heading, topFor, windowed } from '../layout/blocks.ts';
import { loopWords } from '../layout/header.ts';
import { fill, pad, shorten } from '../layout/text.ts';
import type { Page } from './page.ts';
import type { ExerciseProps } from './props.ts';

const PATCH_TITLE = 'What it changes';

/** The decision that is looked at, from 0, and the option of it; after the last decision comes the design as a whole. */
interface State {
  readonly decision: number;
  readonly option: number;
}

const atDecision = (decision: number, { session }: ExerciseProps): State => {
  const asked = session.exercise.decide[decision];
  const chosen = asked?.options.findIndex(({ id }) => id === session.choices.now[asked.id]) ?? -1;
  return { decision, option: Math.max(0, chosen) };
};

/** The design of the last try; undefined before the first. */
const lastDesign = ({ session }: ExerciseProps) => session.attempts.at(-1)?.choices;

const overBudget = ({ session: { exercise, choices } }: ExerciseProps): boolean =>
  exercise.budget !== null && pointsOf(exercise, choices.now) > exercise.budget;

/** Takes an option and goes to the next decision; one that is taken already is only left behind. */
function take(state: State, index: number, props: ExerciseProps): State {
  const { exercise, choices } = props.session;
  const decision = exercise.decide[state.decision];
  const option = decision?.options[index];
  if (decision === undefined || option === undefined) return state;
  if (choices.now[decision.id] !== option.id)
    props.shell.send({ type: 'choose', decision: decision.id, option: option.id });
  return atDecision(state.decision + 1, props);
}

function toggle(state: State, props: ExerciseProps): State {
  const decision = props.session.exercise.decide[state.decision];
  const option = decision?.options[state.option];
  if (decision === undefined || option === undefined) return state;
  const taken = props.session.choices.now[decision.id] === option.id;
  props.shell.send({ type: 'choose', decision: decision.id, option: taken ? null : option.id });
  return state;
}

function run(props: ExerciseProps): void {
  if (overBudget(props)) props.shell.say('That is over budget. Leave something out first.');
  else props.shell.send({ type: 'run' });
}

/** What is another than in the last try, a line for each decision. */
function diffWords(props: ExerciseProps): string {
  const before = lastDesign(props);
  const { exercise, choices } = props.session;
  if (before === undefined) return 'This is your first try.';
  const changes = exercise.decide.flatMap((decision) => {
    const was = chosenOption(decision, before);
    const now = chosenOption(decision, choices.now);
    if (was?.id === now?.id) return [];
    return [
      `${paragraphs(decision.ask)}\n  - ${was?.label ?? 'left as it is'}\n  + ${now?.label ?? 'left as it is'}`,
    ];
  });
  return changes.length === 0 ? 'Nothing is different from the last try.' : changes.join('\n\n');
}

/** Choosing a design, one decision after the other. */
export const choose: Page<State, ExerciseProps> = {
  name: 'choose',
  start: (props) => {
    const open = props.session.exercise.decide.findIndex(
      ({ id }) => props.session.choices.now[id] === undefined,
    );
    return atDecision(props.session.attempts.length > 1 || open < 0 ? 0 : open, props);
  },
  act(state, { id, key }, props) {
    const { decide } = props.session.exercise;
    const options = decide[state.decision]?.options.length ?? 0;
    const turn = (by: number) =>
      atDecision((state.decision + by + decide.length + 1) % (decide.length + 1), props);
    switch (id) {
      case 'down':
        return state.option + 1 < options ? { ...state, option: state.option + 1 } : state;
      case 'up':
        return state.option > 0 ? { ...state, option: state.option - 1 } : state;
      case 'first':
        return { ...state, option: 0 };
      case 'last':
        return { ...state, option: Math.max(0, options - 1) };
      case 'right':
      case 'next':
        return turn(1);
      case 'left':
      case 'previous':
        return turn(-1);
      case 'pick':
        return take(state, Number(key) - 1, props);
      case 'toggle':
        return toggle(state, props);
      case 'open':
        if (state.decision < decide.length) return take(state, state.option, props);
        run(props);
        return state;
      case 'run':
        run(props);
        return state;
      case 'undo':
      case 'redo':
        props.shell.send({ type: id });
        return state;
      case 'predictAgain':
        props.shell.send({ type: 'back' });
        return state;
      case 'patch':
        showNotes(state, props);
        return state;
      case 'diff':
        props.shell.show({
          kind: 'text',
          title: 'Different from the last try',
          text: diffWords(props),
          verbatim: false,
        });
        return state;
      default:
        return state;
    }
  },
  why(state, id, props) {
    const { choices, attempts, exercise } = props.session;
    const whole = state.decision >= exercise.decide.length;
    if (id === 'undo') return choices.past.length === 0 ? 'no choice has been made' : null;
    if (id === 'redo') return choices.future.length === 0 ? 'nothing was taken back' : null;
    if (id === 'diff') return attempts.length === 0 ? 'this is your first try' : null;
    if (id === 'patch') return whole ? 'no option is looked at' : null;
    if (id === 'pick' || id === 'toggle') return whole ? 'every decision has been looked at' : null;
    return null;
  },
  view(state, props) {
    const { session, theme, size } = props;
    const { exercise, choices } = session;
    const rows = bodyRows(props);
    const decision = exercise.decide[state.decision];
    const { columns } = size;
    const two = size.class !== 'column' && size.class !== 'line';
    const leftWidth = two ? Math.floor((columns - 3) * 0.54) : columns;
    const rightWidth = columns - leftWidth - 3;
    const tabs = tabLine(state, props);
    const left =
      decision === undefined
        ? designLines(props, leftWidth)
        : optionLines(state, decision, props, leftWidth, rows - 2);
    const right =
      decision === undefined
        ? afterLines(props, rightWidth)
        : detailLines(state, props, rightWidth, rows - 2);
    const body = two ? beside(theme, left, right, leftWidth, rows - 2) : left;
    const open = exercise.decide.filter(({ id }) => choices.now[id] === undefined).length;
    return {
      title: exercise.title,
      status: loopWords(theme, 'choose'),
      lines: [tabs, '', ...body],
      brief: briefOf(state, props),
      first:
        decision === undefined
          ? ['run', 'left', 'undo', 'diff']
          : ['pick', 'run', 'next', 'patch', 'undo', 'diff', 'toggle'],
      labels: {
        open: decision === undefined ? 'run' : 'take',
        pick: 'take',
        run: open > 0 ? 'run so' : 'run',
        next: 'decision',
        left: 'back',
      },
    };
  },
};

/** The option that is looked at, or the whole design, in a line. */
function briefOf({ decision: at, option: index }: State, { session }: ExerciseProps): string {
  const { exercise, choices } = session;
  const decision = exercise.decide[at];
  const option = decision?.options[index];
  if (decision === undefined || option === undefined) return `Design: ${designWords(exercise, choices.now)}`;
  const mark = choices.now[decision.id] === option.id ? '(x)' : '( )';
  return `${decision.id} ${index + 1}/${decision.options.length} ${mark} ${option.label}`;
}

/** The decisions as tabs, with what is answered marked. */
function tabLine(
  { decision }: State,
  { session: { exercise, choices }, theme, size }: ExerciseProps,
): string {
  const tabs = exercise.decide.map(({ id }, index) => {
    const mark = choices.now[id] === undefined ? theme.glyphs.dot : theme.glyphs.held;
    const label = `${mark} ${id}`;
    return index === decision ? theme.paint('selected', `[${label}]`) : ` ${label} `;
  });
  const whole = decision >= exercise.decide.length ? theme.paint('selected', '[design]') : ' design ';
  const used =
    exercise.budget === null ? '' : `   ${pointsOf(exercise, choices.now)} of ${exercise.budget} points`;
  return shorten(`${[...tabs, whole].join(' ')}${used}`, size.columns, theme.glyphs.ellipsis);
}

function optionLines(
  state: State,
  decision: Decision,
  props: ExerciseProps,
  width: number,
  height: number,
): string[] {
  const { session, theme } = props;
  const before = lastDesign(props)?.[decision.id];
  const ask = fill(paragraphs(decision.ask), width - 1).map((line) => theme.paint('strong', line));
  const rows: string[] = [];
  let first = 0;
  let last = 0;
  decision.options.forEach(({ id, label, points }, index) => {
    const here = index === state.option;
    const taken = session.choices.now[decision.id] === id;
    if (here) first = rows.length;
    const aside = [
      ...(session.exercise.budget === null ? [] : [`${points} points`]),
      ...(before === id ? ['last try'] : []),
    ];
    const filled = fill(`${label}${aside.length === 0 ? '' : ` (${aside.join(', ')})`}`, width - 8);
    filled.forEach((line, row) => {
      const lead =
        row === 0 ? `${here ? theme.glyphs.pointer : ' '}${taken ? '(x)' : '( )'} ${index + 1} ` : '       ';
      rows.push(
        here ? theme.paint('selected', lead + line) : taken ? theme.paint('good', lead) + line : lead + line,
      );
    });
    if (here) last = rows.length - 1;
  });
  const room = height - ask.length - 1;
  return [...ask, '', ...windowed(rows, room, topFor(0, room, first, last)).lines];
}

/** What is known of the option that is looked at; undefined beyond the last decision. */
function notesOf({ decision: at, option: index }: State, { session, notes }: ExerciseProps) {
  const decision = session.exercise.decide[at];
  const option = decision?.options[index];
  return decision && option && notes.get(noteKey(decision.id, option.id));
}

/** The notes on the option, however long, over the screen. */
function showNotes(state: State, props: ExerciseProps): void {
  const known = notesOf(state, props);
  if (known === undefined) return;
  const patterns = known.patterns.map((pattern) =>
    [pattern.name, ...partsOf(pattern).map(([label, said]) => `${label} ${said}`)].join('\n'),
  );
  const text = [...patterns, known.patch].join('\n\n');
  props.shell.show({ kind: 'text', title: PATCH_TITLE, text, verbatim: false });
}

/** What the option's patterns are for and what it changes, as far as there is room. */
function detailLines(state: State, props: ExerciseProps, width: number, height: number): string[] {
  const known = notesOf(state, props);
  if (known === undefined || width < 10) return [];
  const { theme } = props;
  const patch = known.patch
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const lines = fill(line, width, (/^ */.exec(line)?.[0].length ?? 0) + 2);
      return line.startsWith('#') ? lines.map((part) => theme.paint('dim', part)) : lines;
    });
  const above = known.patterns.length === 0 ? [] : [...patternLines(known, props, width), ''];
  const lines = [...above, heading(theme, PATCH_TITLE, width), ...patch];
  if (lines.length <= height) return lines;
  const hidden = lines.length - height + 1;
  return [...lines.slice(0, height - 1), theme.paint('dim', `${hidden} more lines: p shows all`)];
}

const partsOf = ({ solves, costs, avoidWhen }: PatternNotes) =>
  [
    ['Solves:', solves],
    ['Costs:', costs.join('; ')],
    ['Not when:', avoidWhen],
  ] as const;

/** What the patterns of an option are for, what they cost, and when they are wrong. */
function patternLines({ patterns }: OptionNotes, { theme }: ExerciseProps, width: number): string[] {
  return patterns.flatMap((pattern) => [
    heading(theme, pattern.name, width),
    ...partsOf(pattern).flatMap(([label, said]) =>
      fill(`${label} ${said}`, width, 2).map((line, row) =>
        row === 0 ? theme.paint('dim', label) + line.slice(label.length) : line,
      ),
    ),
  ]);
}

/** The whole design, decision by decision. */
function designLines({ session: { exercise, choices }, theme }: ExerciseProps, width: number): string[] {
  return exercise.decide.flatMap((decision) => {
    const option = chosenOption(decision, choices.now);
    return [
      heading(theme, decision.id, width),
      ...fill(option?.label ?? 'Left as it is.', width - 2).map((line) => ` ${line}`),
      '',
    ];
  });
}

/** What the learner expects, and how the tries before went. */
function afterLines(props: ExerciseProps, width: number): string[] {
  const { session, theme } = props;
  const { attempts, exercise } = session;
  const tries = attempts.slice(-6).map(({ number, choices, verdict }) => {
    const mark =
      verdict.outcome === 'held'
        ? theme.paint('good', theme.glyphs.held)
        : theme.paint('bad', theme.glyphs.broken);
    const tried = `${mark} ${pad(String(number), 2, 'right')} ${designWords(exercise, choices)}`;
    return shorten(tried, width, theme.glyphs.ellipsis);
  });
  return [
    heading(theme, 'Tries so far', width),
    ...(tries.length === 0 ? [theme.paint('dim', 'none yet')] : tries),
  ];
}
