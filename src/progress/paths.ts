import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** The part of the environment that decides where files go. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder for what a person would not want to lose.
 *
 * `BROWNOUT_HOME` wins; then the XDG base directory specification's state folder; on Windows the local application data.
 */
export function stateFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  if (env['BROWNOUT_HOME']) return env['BROWNOUT_HOME'];
  // The specification says that a relative path is invalid and must be ignored.
  const state = env['XDG_STATE_HOME'];
  if (state && isAbsolute(state)) return join(state, 'brownout');
  if (platform === 'win32' && env['LOCALAPPDATA']) return join(env['LOCALAPPDATA'], 'brownout');
  return join(env['HOME'] || homedir(), '.local', 'state', 'brownout');
}

/** The folder for what a person has set: `BROWNOUT_HOME`, then XDG's configuration folder; on Windows as above. */
export function configFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  if (env['BROWNOUT_HOME']) return env['BROWNOUT_HOME'];
  const config = env['XDG_CONFIG_HOME'];
  if (config && isAbsolute(config)) return join(config, 'brownout');
  if (platform === 'win32' && env['LOCALAPPDATA']) return join(env['LOCALAPPDATA'], 'brownout');
  return join(env['HOME'] || homedir(), '.config', 'brownout');
}
