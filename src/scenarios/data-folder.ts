import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** The list of the built-in exercises, which is written when the package is built; undefined in the sources. */
export function shelfFile(): string | undefined {
  const file = BUILT === undefined ? undefined : join(BUILT, 'exercises.json');
  return file !== undefined && existsSync(file) ? file : undefined;
}
