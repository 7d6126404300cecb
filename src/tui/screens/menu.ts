import { bodyRows } from '../frame.ts';
import { topFor, windowed } from '../layout/blocks.ts';
import { fill } from '../layout/text.ts';
import type { Overlay } from '../overlay.ts';
import { moveIn } from './moving.ts';
import type { Page } from './page.ts';
import type { ProgramProps } from './props.ts';
import { READABLE } from './text.ts';

type Menu = Extract<Overlay, { kind: 'menu' }>;

const menuOf = ({ overlay }: ProgramProps): Menu =>
  overlay?.kind === 'menu' ? overlay : { kind: 'menu', title: '', text: '', items: [] };

function pick(index: number, props: ProgramProps): void {
  const item = menuOf(props).items[index];
  if (item === undefined) return;
  props.close();
  item.act();
}

/** A question with a few answers, over whatever was there. */
export const menu: Page<number, ProgramProps> = {
  name: 'menu',
  start: () => 0,
  act(at, action, props) {
    const { items } = menuOf(props);
    if (action.id === 'open') pick(at, props);
    else if (action.id === 'pick') pick(Number(action.key) - 1, props);
    return moveIn(at, action, items.length);
  },
  view(at, props) {
    const { theme, size } = props;
    const { title, text, items } = menuOf(props);
    const width = Math.min(READABLE, size.columns - 4);
    const asked = fill(text, width).map((line) => `  ${line}`);
    const rows: string[] = [];
    let first = 0;
    let last = 0;
    items.forEach(({ label }, index) => {
      const chosen = index === at;
      if (chosen) first = rows.length;
      const mark = chosen ? theme.glyphs.pointer : ' ';
      const filled = fill(label, width - 6);
      filled.forEach((line, row) => {
        const lead = row === 0 ? `  ${mark} ${index + 1}  ` : '       ';
        rows.push(chosen ? theme.paint('selected', lead + line) : lead + line);
      });
      if (chosen) last = rows.length - 1;
      rows.push('');
    });
    const room = bodyRows(props) - asked.length - 2;
    const shown = windowed(rows, room, topFor(0, room, first, last));
    return {
      title,
      lines: ['', ...asked, '', ...shown.lines],
      brief: `${at + 1}/${items.length} ${items[at]?.label ?? ''}`,
      first: ['pick', 'open', 'back'],
      labels: { open: 'take', leave: 'close' },
    };
  },
};
