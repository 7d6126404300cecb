import { bodyRows } from '../frame.ts';
import { flowing, moreWords, windowed } from '../layout/blocks.ts';
import { cut, fill } from '../layout/text.ts';
import { scrolled } from './moving.ts';
import type { Page } from './page.ts';
import type { ProgramProps } from './props.ts';

/** Lines of prose are easiest to read up to this length. */
export const READABLE = 92;

function linesOf({ overlay, size }: ProgramProps): string[] {
  if (overlay?.kind !== 'text') return [];
  const width = Math.min(READABLE, size.columns - 4);
  const lines = overlay.verbatim ? overlay.text.trimEnd().split('\n') : fill(overlay.text, width);
  return ['', ...lines.map((line) => `  ${cut(line, size.columns - 2)}`)];
}

/** Something to read, over whatever was there. */
export const text: Page<number, ProgramProps> = {
  name: 'text',
  start: () => 0,
  act(top, action, props) {
    if (action.id === 'open') props.close();
    return scrolled(top, action, linesOf(props).length, bodyRows(props));
  },
  view(top, props) {
    const { overlay, theme } = props;
    const shown = windowed(linesOf(props), bodyRows(props), top);
    return {
      title: overlay?.kind === 'text' ? overlay.title : '',
      status: moreWords(theme, shown),
      lines: shown.lines,
      brief: flowing(linesOf(props), top),
      first: ['open', 'down', 'up', 'copy', 'back'],
      labels: { open: 'close', down: 'scroll', leave: 'close' },
    };
  },
};
