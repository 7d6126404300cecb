import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../problems.ts';
import { nearest } from '../sim/expression/suggest.ts';
import { shelfFile } from './data-folder.ts';

/** What a list of exercises shows, without having checked them. */
export interface Listed {
  readonly id: string;
  readonly slug: string;
  readonly title: string;
  readonly chapter: string | number | null;
  readonly minutes: number | null;
  readonly path: string;
}

/**
 * The list of the built-in exercises as it was made together with the package; undefined in the sources.
 *
 * It is there so that the first screen need not wait until a dozen documents have been read.
 */
export function shelved(): readonly Listed[] | undefined {
  const file = shelfFile();
  if (file === undefined) return undefined;
  const listed = JSON.parse(readFileSync(file, 'utf8')) as readonly Listed[]; // written by the build
  return listed.map((one) => ({ ...one, path: join(file, '..', one.path) }));
}

/** The file of an exercise by its id, its slug, or that path itself. Throws a `UsageError` that names the nearest. */
export function pathOf(name: string, all: readonly Listed[]): string {
  const wanted = name.toLowerCase();
  const found = all.find(
    ({ id, slug, path }) => id.toLowerCase() === wanted || slug.toLowerCase() === wanted || path === name,
  );
  if (found) return found.path;
  if (/\.ya?ml$/.test(name) || /[\\/]/.test(name)) return name;
  const near = nearest(
    wanted,
    all.flatMap(({ id, slug }) => [slug, id.toLowerCase()]),
  );
  const meant = all.find(({ id, slug }) => slug === near || id.toLowerCase() === near);
  throw new UsageError(
    `There is no exercise \`${name}\`.${meant ? ` Did you mean \`${meant.slug}\` (${meant.id})?` : ' `brownout list` shows them all.'}`,
  );
}
