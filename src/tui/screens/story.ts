import { eventWords } from '../../words/narration.ts';
import { runWords } from '../../words/run.ts';
import { verdictWords } from '../../words/verdict.ts';
import { loopWords } from '../layout/header.ts';
import { fill } from '../layout/text.ts';
import type { Page } from './page.ts';
import type { ExerciseProps } from './props.ts';

/** The run as a story: where one stands, and what happens there. */
export const story: Page<null, ExerciseProps> = {
  name: 'run',
  start: () => null,
  act(state, { id }, { player }) {
    if (id === 'stepForward') player?.send({ type: 'step', direction: 1 });
    if (id === 'stepBack') player?.send({ type: 'step', direction: -1 });
    if (id === 'beatForward') player?.send({ type: 'beat', direction: 1 });
    if (id === 'beatBack') player?.send({ type: 'beat', direction: -1 });
    return state;
  },
  view(_, { session, player, theme, size }) {
    const { observation, exercise } = session;
    const record = player?.position.record ?? -1;
    const words =
      observation === null
        ? []
        : [
            runWords(session),
            '',
            record < 0 ? '' : eventWords(observation, record),
            '',
            verdictWords(observation.verdict),
          ];
    return {
      title: exercise.title,
      status: loopWords(theme, 'run'),
      lines: words.flatMap((line) => fill(line, size.columns - 2).map((part) => ` ${part}`)),
    };
  },
};
