import { existsSync, readFileSync } from 'node:fs';

/** The version of the package; read only when somebody asks, since starting must be quick. */
export function packageVersion(): string {
  // Beside `dist` in the package, two folders up in the sources.
  const file = ['../package.json', '../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url));
  if (file === undefined) return 'unknown';
  return String((JSON.parse(readFileSync(file, 'utf8')) as { version?: unknown }).version ?? 'unknown');
}
