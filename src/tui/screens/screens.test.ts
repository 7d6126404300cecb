import { beforeAll, describe, expect, test } from 'vitest';
import { sizeOf } from '../layout/size.ts';
import { widthOf } from '../layout/text.ts';
import { firstChapter, Rehearsal } from '../rehearsal.fixture.ts';

const SIZES = [
  [46, 12],
  [80, 24],
  [100, 30],
  [120, 40],
  [200, 60],
] as const;

/** Next to no room: a few lines, and one. */
const FEW_LINES = [
  [20, 5],
  [39, 7],
  [80, 2],
] as const;
const SMALLEST_PANES = [60, 16] as const;

/** Goes through an exercise from its failure to its debriefing, and shows every screen on the way. */
async function walk(slug: string, show: (name: string, rehearsal: Rehearsal) => void): Promise<void> {
  const rehearsal = new Rehearsal();
  const see = (name: string) => show(name, rehearsal);
  see('home');
  await rehearsal.open(slug);
  see('run');
  await rehearsal.press('?');
  see('help of the run');
  await rehearsal.press('esc', 'e');
  if (rehearsal.stage.screen === 'menu') {
    see('which check');
    await rehearsal.press('1');
  }
  see('why');
  await rehearsal.press('w');
  see('what if');
  await rehearsal.press('d');
  see('diagram');
  await rehearsal.press('r');
  see('predict');
  await rehearsal.press('2', 'right');
  see('predicted');
  await rehearsal.press('enter');
  see('choose');
  const { exercise } = rehearsal.stage.visit?.session ?? { exercise: { decide: [] } };
  for (const { options } of exercise.decide)
    await rehearsal.press(String(options.findIndex(({ grade }) => grade === 5) + 1));
  see('design');
  await rehearsal.press('d');
  see('diff');
  await rehearsal.press('esc', 'r', 'R');
  see('verdict');
  await rehearsal.press('s');
  see('seeds');
  await rehearsal.press('esc', 'c');
  see('compare');
  await rehearsal.press('v');
  await rehearsal.rest();
  see('side by side');
  await rehearsal.press('}', 'l', 'esc');
  await rehearsal.press('esc', 'a');
  see('answer');
  await rehearsal.press('esc', 'i');
  see('hints');
  await rehearsal.press('esc', 'o');
  see('task');
  await rehearsal.press('esc', 'b');
  see('debrief');
}

describe.each(firstChapter.map(({ slug }) => slug))('every screen of %s', (slug) => {
  const frames: string[] = [];
  const wrong: string[] = [];
  beforeAll(async () => {
    await walk(slug, (name, rehearsal) => {
      for (const [columns, rows] of [...SIZES, ...FEW_LINES, SMALLEST_PANES]) {
        rehearsal.stage.resize(sizeOf(columns, rows));
        const lines = rehearsal.lines();
        const place = `${name} at ${columns}x${rows}`;
        if (lines.length !== rows - 1) wrong.push(`${place}: ${lines.length} lines`);
        for (const line of lines) if (widthOf(line) > columns) wrong.push(`${place}: too wide: ${line}`);
        if ((lines.at(-1) ?? '') === '') wrong.push(`${place}: no footer`);
        const few = FEW_LINES.some(([wide, high]) => wide === columns && high === rows);
        const golden = few || SIZES.some(([wide, high]) => wide === columns && high === rows);
        // With panes the run has golden drawings of its own.
        if (few || (golden && name !== 'run')) frames.push(`== ${place}`, ...lines);
      }
      rehearsal.stage.resize(sizeOf(80, 24));
    });
  });

  test('fits every terminal, line for line, and names its keys', () => {
    expect(wrong).toEqual([]);
  });

  test('looks as it did', async () => {
    await expect(`${frames.join('\n')}\n`).toMatchFileSnapshot(`../../../test/golden/tui/${slug}.txt`);
  });
});
