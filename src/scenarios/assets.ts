import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ID } from '../sim/world/quantities.ts';
import { assetFolder } from './data-folder.ts';

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
