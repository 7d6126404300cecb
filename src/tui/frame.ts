import { type FooterAsk, footer } from './keys/footer.ts';
import type { Action, ActionId, ScreenName } from './keys/table.ts';
import { bare, cut, ends, fill, pad, shorten, widthOf } from './layout/text.ts';
import type { Notice, ScreenProps } from './screens/screen.ts';
import type { Theme } from './theme/theme.ts';

/** The part of a screen's properties that a frame draws with. */
export type FrameProps = Pick<ScreenProps, 'size' | 'theme' | 'keys' | 'notice' | 'guided' | 'blocked'>;

/** A whole screen: the header, what the screen has drawn, and the keys. */
export interface FrameAsk extends Omit<FooterAsk, 'screen' | 'why'> {
  readonly screen: ScreenName;
  /** At the left of the header: where one is. */
  readonly title: string;
  /** At its right. */
  readonly status?: string;
  /** At most `bodyRows(size)` lines. */
  readonly lines: readonly string[];
  /** What matters most, for a terminal that has no room for more than a line or a few; if unsaid, the lines. */
  readonly brief?: string;
  readonly act: (action: Action) => void;
  readonly why?: (id: ActionId) => string | null;
}

/** Rows that a screen has for itself. */
export const bodyRows = ({ size }: Pick<ScreenProps, 'size'>): number =>
  size.class === 'line' ? Math.max(1, size.rows - 1) : Math.max(0, size.rows - 2);

export const never = () => null;

/** The keys of the first minute. */
const WATCHING: readonly ActionId[] = ['play', 'stepForward', 'beatForward'];
const ONWARD: readonly ActionId[] = ['why', 'redesign', 'grade'];
const GUIDED: readonly ActionId[] = ['play', 'stepForward', 'why'];

/** A frame's lines: always exactly as many as there are rows, none wider than the terminal. */
export function frameLines(props: FrameProps, ask: FrameAsk): string[] {
  const { size, theme, notice } = props;
  const { columns, rows } = size;
  if (size.class === 'line') return fewLines(props, ask);
  const { title, status = '', lines } = ask;
  const { bindings } = props.keys;
  const bottom =
    notice === null
      ? footer(bindings, theme, columns, footerAsk(props, ask))
      : noticeLine(notice, theme, columns);
  const name = shorten(title, columns, theme.glyphs.ellipsis);
  const head = ends(theme.paint('strong', name), fitting(status, columns - widthOf(name) - 2), columns);
  const body = Array.from({ length: rows - 2 }, (_, row) => cut(lines[row] ?? '', columns));
  return [cut(head, columns), ...body, cut(bottom, columns)];
}

/** Columns of a single line that its keys may take, as a share. */
const KEYS_SHARE = 0.4;

/** A frame for next to no room: what matters most, and the keys below it, or behind it where there is one line. */
function fewLines(props: FrameProps, ask: FrameAsk): string[] {
  const { size, theme, notice } = props;
  const { columns, rows } = size;
  const keys = (width: number) =>
    footer(props.keys.bindings, theme, width, { ...footerAsk(props, ask), terse: true });
  const said = ask.brief ?? ask.lines.map(bare).join(' ').replaceAll(/\s+/g, ' ').trim();
  if (rows > 1) {
    const body = fill(said, columns);
    const shown = Array.from({ length: rows - 1 }, (_, row) => cut(body[row] ?? '', columns));
    return [...shown, cut(notice === null ? keys(columns) : noticeLine(notice, theme, columns), columns)];
  }
  if (notice !== null) return [cut(noticeLine(notice, theme, columns), columns)];
  const end = keys(Math.floor(columns * KEYS_SHARE));
  return [ends(shorten(said, columns - widthOf(end) - 1, theme.glyphs.ellipsis), end, columns)];
}

/** A status of which as many parts are kept as there is room for, from the left; three spaces part them. */
function fitting(status: string, width: number): string {
  const parts = status.split('   ');
  while (parts.length > 0 && widthOf(parts.join('   ')) > width) parts.pop();
  return parts.join('   ');
}

/** On the first visit three keys are enough to see a failure; and what is blocked on all screens is left out. */
function footerAsk({ guided, blocked }: FrameProps, ask: FrameAsk): FooterAsk {
  const { why = never } = ask;
  const asked = { ...ask, why: (id: ActionId) => blocked(id) ?? why(id) };
  if (ask.screen !== 'run') return asked;
  if (guided) return { ...asked, first: GUIDED, only: true };
  // Where the loop leads to from here is named at every width.
  return { ...asked, first: [...(ask.first ?? WATCHING).slice(0, 3), ...ONWARD, ...(ask.first ?? WATCHING)] };
}

function noticeLine(notice: Notice, theme: Theme, columns: number): string {
  if (notice.kind === 'message')
    return theme.paint('message', shorten(notice.text, columns, theme.glyphs.ellipsis));
  const { label, typed, completions } = notice;
  const asked = `${theme.paint('message', label)} ${typed}${theme.paint('accent', theme.glyphs.caret)}`;
  return pad(`${asked}  ${theme.paint('dim', completions.join('  '))}`, columns);
}
