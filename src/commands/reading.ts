import { readFileSync, statSync } from 'node:fs';
import { UsageError } from '../problems.ts';

/** Larger files are refused. */
const LARGEST = 256 * 1024 * 1024;

/** A file's text, or that of the standard input for `-`. */
export function readInput(path: string): string {
  try {
    if (path === '-') return readFileSync(0, 'utf8');
    if (statSync(path).size > LARGEST) throw new UsageError(`${path} is larger than 256 MiB`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`there is no file ${path}`);
    if (code === 'EISDIR') throw new UsageError(`${path} is a folder`);
    if (code === 'EACCES') throw new UsageError(`${path} may not be read`);
    throw error;
  }
}

/** A file's JSON. */
export function readJson(path: string): object {
  const text = readInput(path);
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data === 'object' && data !== null) return data;
  } catch {
    // Said below, like every other text that is no JSON object.
  }
  throw new UsageError(`${path} holds no JSON object`);
}
