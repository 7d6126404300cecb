import { parse } from 'yaml';
import { z } from 'zod';
import { nearest } from '../../sim/expression/suggest.ts';
import { clashes, type Remapping } from '../keys/bindings.ts';
import { type ActionId, keyEntries } from '../keys/table.ts';
import type { Look } from '../theme/theme.ts';
import { type Config, NO_CONFIG } from './config.ts';

const keyList = z
  .union([z.string(), z.array(z.string())])
  .transform((keys) => (typeof keys === 'string' ? [keys] : keys));

const schema = z.strictObject({
  theme: z.enum(['dark', 'light', 'none']).optional(),
  glyphs: z.enum(['unicode', 'ascii']).optional(),
  motion: z.enum(['full', 'reduced']).optional(),
  keys: z.record(z.string(), keyList).optional(),
});

/** Reads the text of a configuration file; an empty one sets nothing. */
export function configOf(text: string): Config {
  if (text.trim() === '') return NO_CONFIG;
  let data: unknown;
  try {
    data = parse(text, { schema: 'core', maxAliasCount: 0 });
  } catch (error) {
    return {
      ...NO_CONFIG,
      problems: [`It is no YAML: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''}.`],
    };
  }
  const result = schema.safeParse(data ?? {});
  if (!result.success) {
    const problems = result.error.issues.map(
      ({ path, message }) => `${[path.join('.'), message].filter(Boolean).join(': ')}.`,
    );
    return { ...NO_CONFIG, problems };
  }
  const { theme, glyphs, motion, keys = {} } = result.data;
  const look: Look = {
    ...(theme && { palette: theme }),
    ...(glyphs && { glyphs }),
    ...(motion && { reducedMotion: motion === 'reduced' }),
  };
  return { look, ...remappingOf(keys) };
}

/** Keys by action, without those of unknown actions; with a clash none of them counts, since nobody could tell which. */
function remappingOf(keys: Readonly<Record<string, readonly string[]>>): Pick<Config, 'keys' | 'problems'> {
  const problems: string[] = [];
  const known: [string, readonly string[]][] = [];
  for (const [id, wanted] of Object.entries(keys)) {
    if (keyEntries.has(id as ActionId)) {
      known.push([id, wanted]);
      continue;
    }
    const near = nearest(id, keyEntries.keys());
    problems.push(
      `keys.${id}: there is no such action.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    );
  }
  const remapping: Remapping = Object.fromEntries(known);
  const clash = clashes(remapping)[0];
  if (clash === undefined) return { keys: remapping, problems };
  const [one, other] = clash.actions;
  problems.push(
    `keys: "${clash.key}" would be both ${one} and ${other} on the screen "${clash.screen}"; all keys stay as they were.`,
  );
  return { keys: {}, problems };
}
