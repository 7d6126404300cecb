import { type GlyphSet, type Glyphs, glyphs } from './glyphs.ts';

/** What a piece of text means; its colour follows from that and from nothing else. */
export type Role =
  | 'text'
  | 'dim'
  | 'strong'
  | 'good'
  | 'bad'
  | 'warn'
  | 'info'
  | 'accent'
  | 'selected'
  | 'edge'
  | 'message';

/** Which of the sixteen colours every terminal has; `none` leaves bold and inverse, which are no colours. */
export type Palette = 'dark' | 'light' | 'none';

/** How everything looks. */
export interface Theme {
  readonly palette: Palette;
  readonly glyphs: Glyphs;
  /** Nothing moves by itself but what was asked for; no particles. */
  readonly reducedMotion: boolean;
  /** Text with the codes of a role around it, or bare where the role has none. */
  paint(role: Role, text: string): string;
}

/** Codes of "select graphic rendition", without those that end them: every painted text ends with a reset. */
const CODES: Readonly<Record<Palette, Readonly<Record<Role, string>>>> = {
  dark: {
    ...{ text: '', dim: '90', strong: '1', good: '32', bad: '1;31', warn: '33', info: '94' },
    ...{ accent: '36', selected: '1;36', edge: '90', message: '1;36' },
  },
  light: {
    ...{ text: '', dim: '90', strong: '1', good: '32', bad: '1;31', warn: '35', info: '34' },
    ...{ accent: '34', selected: '1;34', edge: '90', message: '1;34' },
  },
  none: {
    ...{ text: '', dim: '', strong: '1', good: '', bad: '1', warn: '', info: '' },
    ...{ accent: '', selected: '1', edge: '', message: '1' },
  },
};

/** How a theme is wanted. */
export interface Look {
  readonly palette?: Palette;
  readonly glyphs?: GlyphSet;
  readonly reducedMotion?: boolean;
}

/** Makes a theme; dark, Unicode and moving unless said otherwise. */
export function themeOf({
  palette = 'dark',
  glyphs: set = 'unicode',
  reducedMotion = false,
}: Look = {}): Theme {
  const codes = CODES[palette];
  return {
    palette,
    glyphs: glyphs[set],
    reducedMotion,
    paint(role, text) {
      const code = codes[role];
      return code === '' || text === '' ? text : `\u001b[${code}m${text}\u001b[0m`;
    },
  };
}
