// Builds the package: the program in few files that load only what a command needs, its data, and types for the library.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** Zod brings its messages in forty languages; ours are written by ourselves, so its English ones are enough. */
const englishOnly = {
  name: 'english-only',
  setup(plugin) {
    plugin.onResolve({ filter: /locales\/index\.js$/ }, ({ importer, resolveDir }) =>
      importer.includes('zod') ? { path: join(resolveDir, '../locales/en.js'), namespace: 'english' } : null,
    );
    plugin.onLoad({ filter: /.*/, namespace: 'english' }, ({ path }) => ({
      contents: `export { default as en } from ${JSON.stringify(path)};`,
      resolveDir: root,
    }));
  },
};

/** Ink offers React's developer tools when asked in the environment; a package that is used has none of them. */
const noDevtools = {
  name: 'no-devtools',
  setup(plugin) {
    plugin.onResolve({ filter: /^react-devtools-core$|devtools\.js$/ }, ({ path, importer }) =>
      path === 'react-devtools-core' || importer.includes('ink') ? { path, namespace: 'no-devtools' } : null,
    );
    plugin.onLoad({ filter: /.*/, namespace: 'no-devtools' }, () => ({ contents: 'export default {};' }));
  },
};

/** Ink measures every line and every character that it draws; nearly all of ours are known to be narrow. */
const ourWidths = {
  name: 'our-widths',
  setup(plugin) {
    plugin.onResolve({ filter: /^string-width$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/](ink|widest-line)[\\/]/.test(importer)
        ? { path: 'width', namespace: 'our-widths' }
        : null,
    );
    plugin.onLoad({ filter: /.*/, namespace: 'our-widths' }, () => ({
      contents: 'export { widthOf as default } from "./src/tui/layout/text.ts";',
      resolveDir: root,
    }));
  },
};

/** Ink takes every line apart anew for each frame, though most are those of the frame before: what they were is kept. */
const knownLines = {
  name: 'known-lines',
  setup(plugin) {
    const library = join(root, 'node_modules/@alcalzone/ansi-tokenize/build/index.js');
    plugin.onResolve({ filter: /^@alcalzone\/ansi-tokenize$/ }, ({ importer }) =>
      /[\\/]node_modules[\\/]ink[\\/]build[\\/]output\.js$/.test(importer)
        ? { path: 'lines', namespace: 'known-lines' }
        : null,
    );
    plugin.onLoad({ filter: /.*/, namespace: 'known-lines' }, () => ({
      contents: `
        import { tokenize as take, styledCharsFromTokens as style } from ${JSON.stringify(library)};
        export { styledCharsToString } from ${JSON.stringify(library)};
        const KEPT = 1000;
        const known = new Map();
        const styled = new WeakMap();
        export function tokenize(line) {
          const before = known.get(line);
          if (before !== undefined) return before;
          if (known.size === KEPT) known.clear();
          const tokens = take(line);
          known.set(line, tokens);
          return tokens;
        }
        export function styledCharsFromTokens(tokens) {
          const before = styled.get(tokens);
          if (before !== undefined) return before;
          const characters = style(tokens);
          styled.set(tokens, characters);
          return characters;
        }
      `,
      resolveDir: root,
    }));
  },
};

rmSync(dist, { recursive: true, force: true });

const { metafile } = await build({
  absWorkingDir: root,
  metafile: true,
  // Threads are started from a file of their own, beside the others: see the crew that starts them.
  entryPoints: {
    cli: 'src/cli.ts',
    index: 'src/index.ts',
    'grade-worker': 'src/scenarios/grade-worker.ts',
    'run-worker': 'src/play/run-worker.ts',
  },
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  plugins: [englishOnly, noDevtools, ourWidths, knownLines],
  jsx: 'automatic',
  // Two offer modules, of which only what is used is taken, but hide them from Node; of Avro only its types are used.
  alias: {
    avsc: join(root, 'node_modules/avsc/lib/types.js'),
    rxjs: join(root, 'node_modules/rxjs/dist/esm/index.js'),
    yaml: join(root, 'node_modules/yaml/browser/index.js'),
  },
  define: {
    'process.env.NODE_ENV': '"production"',
    // Nothing here reaches for the network; Yoga would fetch its own bytes, for which Node loads a client for HTTP.
    fetch: 'undefined',
  },
  // Some dependencies are CommonJS and ask for Node's own modules by `require`, which a module does not have.
  banner: { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" },
  chunkNames: 'part-[hash]',
});

/** What the licences of bundled packages ask for: their texts go along with the code. */
const packages = new Set(
  Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.keys(inputs))
    .flatMap((input) => /^(?:[\w-]+:)?(.*node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []),
);
const licences = [...packages].sort().map((path) => {
  const folder = resolve(root, path);
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text = file === undefined ? '' : `\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  return `${name} ${version}, ${license}\n${text}`;
});
writeFileSync(join(dist, 'LICENSES.txt'), licences.join(`\n${'-'.repeat(80)}\n\n`));

// Next to the program, where `assets` looks for them.
for (const [from, to] of [
  ['exercises', 'exercises'],
  ['src/scenarios/worlds', 'worlds'],
  ['src/scenarios/patterns', 'patterns'],
]) {
  const target = join(dist, 'data', to);
  mkdirSync(target, { recursive: true });
  cpSync(join(root, from), target, {
    recursive: true,
    filter: (path) => statSync(path).isDirectory() || path.endsWith('.yaml'),
  });
}

// The list of exercises, so that nobody waits for all of them to be read; its paths lead from where it stands.
const { listExercises } = await import(pathToFileURL(join(dist, 'index.js')).href);
const shelf = listExercises().map(({ path, ...one }) => ({
  ...one,
  path: relative(join(dist, 'data'), path).replaceAll('\\', '/'),
}));
writeFileSync(join(dist, 'data', 'exercises.json'), JSON.stringify(shelf));

const types = spawnSync(
  process.execPath,
  [join(root, 'node_modules/typescript/bin/tsc'), '-p', join(root, 'scripts/types.json')],
  { cwd: root, stdio: 'inherit' },
);
if (types.status !== 0) process.exit(types.status ?? 1);

// Of the types only those that the library's own lead to; the compiler writes one for each module it has read.
const told = new Set();
const follow = (file) => {
  if (told.has(file)) return;
  told.add(file);
  for (const [, name] of readFileSync(file, 'utf8').matchAll(
    /(?:from |import\()['"](\.[^'"]+)\.(?:js|ts)['"]/g,
  ))
    follow(join(dirname(file), `${name}.d.ts`));
};
follow(join(dist, 'types', 'index.d.ts'));
for (const name of readdirSync(join(dist, 'types'), { recursive: true, encoding: 'utf8' })) {
  const file = join(dist, 'types', name);
  if (name.endsWith('.d.ts') && !told.has(file)) rmSync(file);
}

chmodSync(join(dist, 'cli.js'), 0o755);

const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).map((name) => join(dist, name));
const bytes = files.reduce((sum, file) => sum + (statSync(file).isFile() ? statSync(file).size : 0), 0);
console.log(`dist: ${files.length} files, ${Math.round(bytes / 1024)} KiB`);
