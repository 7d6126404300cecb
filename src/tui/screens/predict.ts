import { type Question, questionOf } from '../../play/prediction.ts';
import { CONFIDENCE } from '../../progress/calibration.ts';
import { paragraphs } from '../../words/text.ts';
import { bodyRows } from '../frame.ts';
import { beside, heading, moreWords, topFor, windowed } from '../layout/blocks.ts';
import { loopWords } from '../layout/header.ts';
import { fill } from '../layout/text.ts';
import type { Page } from './page.ts';
import type { ExerciseProps } from './props.ts';
import { READABLE } from './text.ts';

interface State {
  /** Index of the answer; null: none yet. */
  readonly answer: number | null;
  readonly confidence: 1 | 2 | 3;
  /** First line of the task that is in view. */
  readonly top: number;
}

const SURE = [1, 2, 3] as const;

function step(confidence: State['confidence'], by: 1 | -1): State['confidence'] {
  return SURE[confidence - 1 + by] ?? confidence;
}

function send({ answer, confidence }: State, { shell }: ExerciseProps): void {
  shell.send({ type: 'predict', prediction: answer === null ? null : { answer, confidence } });
}

/** The question, its answers and how sure one is, in lines. */
function asked({ answer, confidence }: State, question: Question, { theme }: ExerciseProps, width: number) {
  const lines = fill(question.ask, width - 2).map((line) => ` ${theme.paint('strong', line)}`);
  lines.push('');
  question.answers.forEach((label, index) => {
    const chosen = index === answer;
    fill(label, width - 7).forEach((line, row) => {
      const lead = row === 0 ? ` ${chosen ? theme.glyphs.pointer : ' '} ${index + 1}  ` : '      ';
      lines.push(chosen ? theme.paint('selected', lead + line) : lead + line);
    });
  });
  const degrees = SURE.map((one) =>
    one === confidence && answer !== null
      ? theme.paint('selected', `[${CONFIDENCE[one]}]`)
      : theme.paint('dim', ` ${CONFIDENCE[one]} `),
  );
  lines.push('', ` How sure?  ${degrees.join(' ')}`);
  return lines;
}

/** The answer that is picked, or all of them, in a line. */
function briefOf({ answer, confidence }: State, { ask, answers }: Question): string {
  if (answer === null) return `${ask} ${answers.map((label, index) => `${index + 1} ${label}`).join('  ')}`;
  return `${answer + 1} ${answers[answer]} (${CONFIDENCE[confidence]})`;
}

/** The task, and what is expected before anything runs. */
export const predict: Page<State, ExerciseProps> = {
  name: 'predict',
  start: ({ session: { prediction } }) => ({
    answer: prediction?.answer ?? null,
    confidence: prediction?.confidence ?? 2,
    top: 0,
  }),
  act(state, { id, key }, props) {
    const { answers } = questionOf(props.session.exercise);
    const to = (answer: number): State => ({
      ...state,
      answer: Math.max(0, Math.min(answers.length - 1, answer)),
    });
    switch (id) {
      case 'open':
        send(state, props);
        return state;
      case 'pick':
        return Number(key) <= answers.length ? to(Number(key) - 1) : state;
      case 'down':
        return to((state.answer ?? -1) + 1);
      case 'up':
        return to((state.answer ?? answers.length) - 1);
      case 'left':
        return { ...state, confidence: step(state.confidence, -1) };
      case 'right':
        return { ...state, confidence: step(state.confidence, 1) };
      case 'pageDown':
        return { ...state, top: state.top + 4 };
      case 'pageUp':
        return { ...state, top: Math.max(0, state.top - 4) };
      default:
        return state;
    }
  },
  why: (state, id) =>
    (id === 'left' || id === 'right') && state.answer === null ? 'first pick an answer' : null,
  view(state, props) {
    const { session, theme, size } = props;
    const { exercise } = session;
    const rows = bodyRows(props);
    const wide = size.class === 'L';
    const width = wide ? size.columns >> 1 : size.columns;
    const question = asked(
      state,
      questionOf(exercise),
      props,
      wide ? size.columns - width - 3 : size.columns,
    );
    const brief = fill(paragraphs(exercise.brief), Math.min(READABLE, width - 2)).map((line) => ` ${line}`);
    const room = wide ? rows - 1 : Math.max(1, rows - question.length - 4);
    const shown = windowed(brief, room, state.top);
    const task = [heading(theme, 'Your task', width, moreWords(theme, shown)), ...shown.lines];
    const predicting = heading(theme, 'What do you expect?', wide ? size.columns - width - 3 : size.columns);
    const here = question.findIndex((line) => line.includes(theme.glyphs.pointer));
    const narrow = windowed(question, rows, topFor(0, rows, here, here + 2)).lines;
    const lines =
      room < 3 && !wide
        ? narrow
        : wide
          ? beside(theme, task, [predicting, '', ...question], width, rows)
          : [...task, '', predicting, '', ...question];
    const labels = {
      open: state.answer === null ? 'skip' : 'go on',
      pick: 'answer',
      right: 'surer',
      pageDown: 'read on',
    };
    return {
      title: exercise.title,
      status: loopWords(theme, 'predict'),
      lines,
      brief: briefOf(state, questionOf(exercise)),
      first: ['pick', 'right', 'open', 'pageDown'],
      labels,
    };
  },
};
