import { ENGINE_VERSION } from '../sim/run.ts';

/** The first release of each engine: what to ask npm for when a code or file was made by another one. */
const RELEASES: ReadonlyMap<number, string> = new Map([[1, '0.1.0']]);

/** What to type so that the right engine replays something. */
export function commandFor(engine: number, what: string): string {
  const release = RELEASES.get(engine) ?? (engine > ENGINE_VERSION ? 'latest' : '0.1.0');
  return `npx brownout@${release} replay ${what}`;
}
