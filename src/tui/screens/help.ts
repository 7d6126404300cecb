import { bodyRows } from '../frame.ts';
import { flowing, moreWords, windowed } from '../layout/blocks.ts';
import { pad } from '../layout/text.ts';
import { scrolled } from './moving.ts';
import type { Page } from './page.ts';
import type { ProgramProps } from './props.ts';

const KEYS_WIDTH = 14;
const ABOUT_WIDTH = 42;

interface State {
  readonly top: number;
  readonly filter: string;
}

function rowsOf({ filter }: State, { overlay, theme, size }: ProgramProps): string[] {
  if (overlay?.kind !== 'help') return [];
  const narrow = size.columns < 76;
  return overlay.rows
    .filter(({ keys, about, command }) => `${keys} ${about} ${command}`.includes(filter))
    .flatMap(({ keys, about, command, why }) => {
      const can = why === null;
      const key = theme.paint(can ? 'accent' : 'dim', pad(keys, KEYS_WIDTH));
      const meaning = can ? about : theme.paint('dim', about);
      if (!can)
        return [
          ` ${key} ${meaning}`,
          ` ${' '.repeat(KEYS_WIDTH)}   ${theme.paint('warn', `not now: ${why}`)}`,
        ];
      return ` ${key} ${narrow || command === '' ? meaning : `${pad(about, ABOUT_WIDTH)} ${theme.paint('dim', command)}`}`;
    });
}

/** The keys of the screen beneath, and why some of them do nothing now. */
export const help: Page<State, ProgramProps> = {
  name: 'help',
  start: () => ({ top: 0, filter: '' }),
  act(state, action, props) {
    const { id } = action;
    if (id === 'open') props.close();
    if (id === 'filter') {
      props.shell.ask({
        label: 'Filter:',
        text: state.filter,
        onChange: (filter) => props.keep('help', { top: 0, filter }),
        onAnswer: () => {},
      });
      return state;
    }
    const top = scrolled(state.top, action, rowsOf(state, props).length, bodyRows(props) - 1);
    return { ...state, top };
  },
  view(state, props) {
    const { overlay, theme } = props;
    const shown = windowed(rowsOf(state, props), bodyRows(props) - 1, state.top);
    return {
      title: `Keys of this screen: ${overlay?.kind === 'help' ? overlay.screen : ''}`,
      status: moreWords(theme, shown),
      lines: ['', ...shown.lines],
      brief: flowing(rowsOf(state, props), state.top),
      first: ['down', 'up', 'back'],
      labels: { down: 'scroll', open: 'close', leave: 'close' },
    };
  },
  why: (_, id) => (id === 'help' ? 'this is the help' : null),
};
