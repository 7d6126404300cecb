import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { referencePages } from '../scripts/reference-pages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('the reference pages say what the program does: `npm run docs` would change nothing', () => {
  const folder = join(root, 'docs/reference');
  const written = new Map(
    readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
  );
  expect([...written.keys()].sort()).toEqual([...referencePages().keys()].sort());
  for (const [file, text] of referencePages()) expect(written.get(file), file).toBe(text);
});

test('every link of the documents leads to a file that is there', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'bench/README.md'].concat(
    readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.md'))
      .map((file) => join('docs', file)),
  );
  const broken = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map((match) => match[1] as string);
    return links
      .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(page), link)))
      .map((link) => `${page}: ${link}`);
  });
  expect(broken).toEqual([]);
});

test('every test that the page on fidelity names is there', () => {
  const page = readFileSync(join(root, 'docs/fidelity.md'), 'utf8');
  const tables = page.split('| Behaviour | File | Test |\n').slice(1);
  const named = tables.flatMap((table) => {
    const rows = table.slice(0, table.indexOf('\n\n')).split('\n').slice(1);
    return rows.map((row) => row.slice(2, -2).split(' | '));
  });
  expect(named.length).toBeGreaterThan(100);
  const texts = new Map<string, string>();
  const gone = named.filter(([, file = '', ...title]) => {
    const path = join(root, file.replaceAll('`', ''));
    const text = texts.get(path) ?? (existsSync(path) ? readFileSync(path, 'utf8') : '');
    texts.set(path, text);
    return !text.replaceAll("\\'", "'").includes(title.join(' | '));
  });
  expect(gone.map((row) => row.join(' | '))).toEqual([]);
});
