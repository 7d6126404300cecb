import type { GlyphSet } from './glyphs.ts';
import type { Look, Palette } from './theme.ts';

/** The part of the environment that decides how things look. */
export type LookEnvironment = Readonly<Record<string, string | undefined>>;

/** How things should look on a terminal, where a person's own settings win over what the environment says. */
export function lookOf(env: LookEnvironment, own: Look = {}): Required<Look> {
  return {
    palette: noColour(env) ? 'none' : (own.palette ?? backgroundOf(env)),
    glyphs: own.glyphs ?? glyphsOf(env),
    reducedMotion: own.reducedMotion ?? (env['NO_MOTION'] !== undefined && env['NO_MOTION'] !== ''),
  };
}

/** https://no-color.org: any text in it but the empty one. */
const noColour = (env: LookEnvironment): boolean => (env['NO_COLOR'] ?? '') !== '';

/** rxvt, Konsole and others say `foreground;background` in colours of the sixteen; 7 and 15 are the light ones. */
function backgroundOf({ COLORFGBG: told = '' }: LookEnvironment): Palette {
  const background = told.split(';').at(-1);
  return background === '7' || background === '15' ? 'light' : 'dark';
}

/** The Linux console has few glyphs; elsewhere it depends on whether the locale is one of UTF-8. */
function glyphsOf(env: LookEnvironment): GlyphSet {
  if (env['TERM'] === 'linux') return 'ascii';
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  if (locale === undefined || locale === '') return env['WT_SESSION'] === undefined ? 'ascii' : 'unicode';
  return /utf-?8/i.test(locale) ? 'unicode' : 'ascii';
}
