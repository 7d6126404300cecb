import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Starts a thread on a program of ours: from the sources on `source`, in the package on the bundle called `name`.
 *
 * Node runs no TypeScript by itself, and the main thread's loader stays there: each thread registers its own.
 */
export function startThread(source: URL, name: string): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, import.meta.url));
  const resolved = createRequire(import.meta.url)
    .resolve('tsx/esm/api')
    .replace(/cjs$/, 'mjs');
  const loader = pathToFileURL(resolved).href;
  const code = `import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(source.href)}); });`;
  return new Worker(code, { eval: true, execArgv: [] });
}
