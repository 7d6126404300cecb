import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Modules and packages that are there once an entry has been loaded, without what it asks for later. */
async function loadedBy(entry: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    outdir: 'nowhere',
    write: false,
    metafile: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    jsx: 'automatic',
    logLevel: 'error',
  });
  const loaded = new Set([entry]);
  for (const path of loaded)
    for (const { path: to, kind } of metafile.inputs[path]?.imports ?? [])
      if (kind === 'import-statement') loaded.add(to);
  return [...loaded];
}

const rulesOfBrokers = /^src\/sim\/broker\/(rabbitmq|kafka|sqs|sns)\//;
const readingOfDocuments = /^(zod|yaml|graphql|ajv.*|avsc|protobufjs.*|@marcbachmann\/cel-js)$/;

test('the screens are drawn without the simulator: no broker, no schema and no language is loaded with them', async () => {
  const loaded = await loadedBy('src/tui/index.tsx');
  expect(loaded).toContain('ink');
  expect(loaded).toContain('src/sim/broker/channels.ts');
  expect(
    loaded.filter(
      (each) =>
        rulesOfBrokers.test(each) || readingOfDocuments.test(each) || each.startsWith('src/sim/world/schema'),
    ),
  ).toEqual([]);
});

test('the command line is there without screens and without the simulator', async () => {
  const loaded = await loadedBy('src/cli.ts');
  expect(loaded).toContain('commander');
  const others = /^(ink|react|rxjs|xstate)$|^src\/(tui|play)\/|^src\/sim\/system\.ts$/;
  expect(loaded.filter((each) => others.test(each) || readingOfDocuments.test(each))).toEqual([]);
});
