import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ID } from '../sim/world/quantities.ts';

/** The kinds of data files that come with the program. */
export type AssetKind = 'exercises' | 'worlds' | 'patterns';

const HERE = dirname(fileURLToPath(import.meta.url));

/** `data` beside or above the built program; nothing in the sources. */
const BUILT = [HERE, dirname(HERE), dirname(dirname(HERE))]
  .filter((folder) => basename(HERE) !== 'scenarios' && folder !== '')
  .map((folder) => join(folder, 'data'))
  .find((folder) => existsSync(join(folder, 'worlds')));

/** Where the data files of a kind are: in the sources where people edit them, in the package under `dist/data`. */
export function assetFolder(kind: AssetKind): string {
  if (BUILT !== undefined) return join(BUILT, kind);
  return kind === 'exercises' ? join(HERE, '..', '..', 'exercises') : join(HERE, kind);
}

/** Names of the base worlds or patterns, in the order of their letters. */
export function assetNames(kind: 'worlds' | 'patterns'): readonly string[] {
  return readdirSync(assetFolder(kind))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort(byCode);
}

/**
 * The text of a base world or pattern; undefined where there is none of that name.
 *
 * A name is an id and nothing else, so a document cannot reach a file outside the folder.
 */
export function readAsset(
  kind: 'worlds' | 'patterns',
  name: string,
): { file: string; text: string } | undefined {
  if (!ID.test(name)) return undefined;
  const path = join(assetFolder(kind), `${name}.yaml`);
  return existsSync(path) ? { file: `${kind}/${name}.yaml`, text: readFileSync(path, 'utf8') } : undefined;
}

/** Paths of the built-in exercises, chapter by chapter. */
export function exerciseFiles(): readonly string[] {
  const folder = assetFolder('exercises');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replaceAll('\\', '/'))
    .sort(byCode)
    .map((file) => join(folder, file));
}

/** The order of code units, the same on every machine. */
const byCode = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
