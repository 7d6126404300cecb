import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { brownout } from '../src/commands/command-line.fixture.ts';
import { listExercises } from '../src/scenarios/load.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** What a command prints, whatever it ends with: a broken check is no failure of the command. */
const printed = async (command: string): Promise<string> =>
  flat((await brownout(...command.split(' '))).text);

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

/** The blocks of the page, and of each what stands between its prompts and its omissions. */
const pieces = [...readme.matchAll(/```\n([\s\S]*?)```|((?:^ {4}.*\n)+)/gm)].flatMap(([, fenced, indented]) =>
  (fenced ?? indented ?? '').split(/^ *(?:…|[$>] .*(?:\\\n.*)*)$|\n\n/m).map((piece) => flat(piece).trim()),
);
const shown = (begin: RegExp): readonly string[] => pieces.filter((piece) => begin.test(piece));

test('the README lists every exercise, and no other', () => {
  const listed = [...readme.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, slug]) => slug);
  expect(listed.toSorted()).toEqual(
    listExercises()
      .map(({ slug }) => slug)
      .toSorted(),
  );
});

test('the README shows a run, its reason and a comparison as they come out', async () => {
  const run = await printed('run charged-twice --choose key=attempt --choose memory=database --why');
  const compared = await printed(
    'compare charged-twice --choose key=attempt --choose memory=database --vs key=order --vs memory=database --seeds 20 --workers 1', // threads would compile all sources anew
  );
  const ran = [...shown(/^FAILED/), ...shown(/^#\d/)];
  const reason = shown(/^Why/).map((piece) => piece.slice(piece.indexOf(' 1 ')).replace(/ About .*/, ''));
  const better = shown(/^B BETTER/);
  expect([ran.length, reason.length, better.length]).toEqual([2, 1, 1]);
  for (const piece of [...ran, ...reason]) expect(run).toContain(piece);
  for (const piece of better) expect(compared).toContain(piece);
});

test('the README names the events of the run that it shows', async () => {
  const run = await printed('run charged-twice --choose key=attempt --choose memory=database');
  const events = / (\d+) events in /.exec(flat(readme))?.[1];
  expect(run).toContain(`Seed 7, ${events} events.`);
});
