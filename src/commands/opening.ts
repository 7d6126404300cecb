import type { Beginning } from '../tui/beginning.ts';
import type { Look } from '../tui/theme/theme.ts';
import { type Call, flag, text } from './command.ts';
import { converse } from './terminal.ts';

/** Why a terminal gets plain mode; null: it gets the screens. */
function plainReason(asked: boolean, env: NodeJS.ProcessEnv = process.env): string | null {
  if (asked) return 'flag';
  if (env['ACCESSIBLE'] || env['INK_SCREEN_READER'] === 'true') return 'screen reader';
  return env['TERM'] === 'dumb' ? 'plain terminal' : null;
}

/** How things should look as far as the command line says so; it wins over the configuration. */
async function lookIn(options: Call['options']): Promise<Look> {
  const palette = text(options, 'theme');
  if (palette !== undefined && palette !== 'dark' && palette !== 'light' && palette !== 'none') {
    const { UsageError } = await import('../problems.ts');
    throw new UsageError(`"${palette}" is no theme. Themes are: dark, light, none.`);
  }
  return {
    ...(palette !== undefined && { palette }),
    ...(flag(options, 'ascii') && { glyphs: 'ascii' }),
    ...(flag(options, 'reducedMotion') && { reducedMotion: true }),
  };
}

/** Plays with the person at the terminal: on screens, or where those would be in the way, in plain text. */
export async function playInTerminal({ args: [name], options, out }: Call): Promise<number> {
  const look = await lookIn(options);
  const reason = plainReason(flag(options, 'plain'));
  if (reason !== null) return converse(out, name, reason);
  return onScreens(name, look);
}

async function onScreens(what: string | Beginning | undefined, look: Look): Promise<number> {
  const { openScreens } = await import('../tui/open.ts');
  const { stdin, stdout, env } = process;
  return openScreens({ what, look, stdin, stdout, env });
}

/** Shows a run again on screens; null where screens would be in the way. */
export async function replayInTerminal(run: Beginning, options: Call['options']): Promise<number | null> {
  const look = await lookIn(options);
  return plainReason(flag(options, 'plain')) === null ? onScreens(run, look) : null;
}
