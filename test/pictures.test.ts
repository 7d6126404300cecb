import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { pictures } from '../scripts/picture-pages.ts';

const folder = join(import.meta.dirname, '../docs/pictures');
let drawn: ReadonlyMap<string, string> = new Map();

beforeAll(async () => {
  drawn = await pictures();
});

test('the pictures show what the screens draw: `npm run pictures` would change nothing', () => {
  expect(readdirSync(folder).sort()).toEqual([...drawn.keys()].sort());
  for (const [file, svg] of drawn) {
    // The text of a whole picture would say nothing in a report.
    expect(readFileSync(join(folder, file), 'utf8') === svg, `${file} is up to date`).toBe(true);
  }
});

test('a picture is small, and loads nothing from anywhere', () => {
  for (const [file, svg] of drawn) {
    expect(svg.length, file).toBeLessThan(60_000);
    expect(svg.replace('http://www.w3.org/2000/svg', ''), file).not.toMatch(
      /https?:|href|url\(|<script|@import/,
    );
  }
});

test('a picture shows letters where the screen has them', () => {
  expect(drawn.get('run.svg')).toMatch(/<text [^>]*>order-45<\/text>/);
  expect(drawn.get('verdict.svg')).toMatch(/>PASSED</);
});
