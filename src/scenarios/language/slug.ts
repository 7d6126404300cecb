import { basename } from 'node:path';

/** A file's name without number and extension: `02-charged-twice.yaml` is `charged-twice`. */
export function slugOf(path: string): string {
  return basename(path)
    .replace(/\.ya?ml$/, '')
    .replace(/^\d+-/, '');
}
