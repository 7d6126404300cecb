import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { template } from '../commands/template.ts';
import { type Engine, engine } from '../play/engine.ts';
import { fold } from '../progress/fold.ts';
import { ProgressStore } from '../progress/store.ts';
import { compare } from '../scenarios/compare.ts';
import { grade } from '../scenarios/grade.ts';
import { type Listed, loadExercise } from '../scenarios/load.ts';
import { visit } from './home.ts';
import { ScriptTalk } from './script.fixture.ts';

let folder = '';
let listed: Listed;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'brownout-plain-'));
  const path = join(folder, 'lost-answer.yaml');
  writeFileSync(path, template(path).replace('grade: 20', 'grade: 3'));
  const { id, slug, title, chapter, minutes } = loadExercise(path);
  listed = { id, slug, title, chapter, minutes, path };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let progress: ProgressStore;
beforeEach(() => {
  progress = new ProgressStore(join(folder, `state-${Math.random()}`));
});

/** The real engine without threads, which would take longer to start than the few runs of a test. */
const onThisThread: Engine = {
  ...engine,
  grade: async ({ exercise, choices, seeds }) => grade(exercise, choices, { seeds }),
  compare: async ({ exercise, a, b, seeds }) => compare(exercise, a, b, { seeds }),
};

/** One visit with these answers; `known` skips what only a first visit is shown. */
async function talkThrough(answers: readonly string[], { known = true } = {}) {
  const talk = new ScriptTalk(answers);
  const exercise = known ? { exercise: loadExercise(listed.path) } : {};
  const code = await visit(talk, progress, [listed], { engine: onThisThread, ...exercise });
  return { code, text: talk.text, said: talk.text.replaceAll(/\s+/g, ' '), left: talk.left };
}

/** Up to the run: the prediction, how sure, the option, and the word to run. */
const toRun = (prediction: string, option: string) => [prediction, '3', option, 'run'];

test('plays the whole loop: predict, choose, run, ask why, grade, debrief', async () => {
  const { code, said, left } = await talkThrough([
    ...toRun('3', '2'),
    'beat',
    'why',
    'back',
    'change',
    ...toRun('1', '3'),
    'grade 3',
    'debrief',
    'home',
    'quit',
  ]);
  expect(left).toBe(0);
  expect(code).toBe(0);
  expect(said).toContain('Predict: What happens to customers whose provider answer is lost?');
  expect(said).toContain('BROKEN: charged-once.');
  expect(said).toContain('RIGHT. You predicted "They are charged twice", certain.');
  expect(said).toMatch(/Why charged-once broke:/);
  expect(said).toContain('PASSED: the design held in 3 of 3 seeds');
  expect(said).toContain('3 stars of 3');
  expect(said).toContain('BEST: Ask again, with a key that names the order.');
  expect(fold(progress.entries).get(listed.id)).toMatchObject({ tries: 2, stars: 3, hints: 0 });
});

test('a word of the run is understood while the reason is told, without going back first', async () => {
  const { said, left } = await talkThrough([
    ...toRun('3', '2'),
    'why',
    'Change',
    '1',
    '',
    '3',
    'run',
    'quit',
  ]);
  expect(left).toBe(0);
  expect(said).not.toContain('Not understood');
  expect(said).toContain('Try 2: Ask again, with a key that names the order.');
});

test('tells a request as its operators find it, beside how it was', async () => {
  const { said } = await talkThrough([
    ...toRun('3', '2'),
    'operator',
    'operator order-99999',
    'follow',
    '1',
    'operator',
    'quit',
  ]);
  expect(said).toContain('Of which request? For example: operator order-17.');
  expect(said).toContain('Not in this run: order-99999.');
  expect(said).toMatch(/Operators who look for order-\d+ find \d+ traces? with \d+ spans?\./);
});

test('prints no line over 80 columns, no escape sequence and no cursor movement', async () => {
  const { text } = await talkThrough([
    ...toRun('2', '1'),
    'help',
    'why',
    'whatif',
    'back',
    'follow',
    '1',
    'next',
    'tries',
    'quit',
  ]);
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
});

test('a first visit begins with a running failure and three choices at most', async () => {
  const { text, said } = await talkThrough(['1', 'quit'], { known: false });
  const menu = text.slice(text.indexOf('\n1 '), text.indexOf('\n> 1'));
  expect(text.indexOf('BROKEN: money-right.')).toBeGreaterThan(0);
  expect(menu.match(/^\d+ /gm)).toHaveLength(3);
  expect(said).toContain('Why money-right broke');
});

test('a later visit goes on where the last one ended', async () => {
  await talkThrough(toRun('1', '2'));
  const { said } = await talkThrough(['quit'], { known: false });
  expect(said).toContain('Welcome back to The answer that got lost, where you left it.');
  expect(said).toContain('Try 1: Ask again, up to three times.');
  expect(fold(progress.entries).get(listed.id)?.tries).toBe(1);
  await talkThrough(['change', '1', '', '3'], { known: false });
  const { said: later } = await talkThrough(['quit'], { known: false });
  expect(later).toContain('Your design: Ask again, with a key that names the order.');
});

test('takes choices back, shows what an option changes, and goes back to the prediction', async () => {
  const { said } = await talkThrough([
    '1',
    '',
    'show 3',
    '3',
    'undo',
    '1',
    'undo',
    'redo',
    'predict',
    '',
    'run',
    'quit',
  ]);
  expect(said).toContain('idempotencyKey: request.order');
  expect(said).toContain('Taken back.');
  expect(said).toContain('Try 1: Report a failure.');
});

test('repeats a run with an injected fault and keeps what was before', async () => {
  const { said } = await talkThrough([
    ...toRun('', '3')
      .filter((line) => line !== '3')
      .toSpliced(1, 0, '3'),
    'inject crash: payment, downFor: 5s @ 10s',
    'withdraw',
    'quit',
  ]);
  expect(said).toContain('Up to 10 s everything stays as it was.');
  expect(said).toContain('with 1 injected fault');
});

test('says what is wrong with a fault that cannot be injected', async () => {
  const { said } = await talkThrough([
    ...toRun('1', '1'),
    'inject crsh: payment',
    'inject crash: payment, downFor: many',
    'quit',
  ]);
  expect(said).toContain('Did you mean crash?');
  expect(said).toMatch(/downFor: .* is not a duration/);
});

test('reads hints one after the other, and they cost stars', async () => {
  const { said } = await talkThrough(['hint', 'hint', ...toRun('1', '3'), 'grade 2', 'quit']);
  expect(said).toContain('Hint 1 of 3, where to look:');
  expect(said).toContain('Hint 2 of 3, what happens there:');
  expect(said).toContain('1 star of 3. Each hint you read cost one.');
});

test('hands the worst seed back to watch', async () => {
  const { said } = await talkThrough([...toRun('1', '2'), 'grade 2', 'watch', 'quit']);
  expect(said).toContain('NOT YET');
  expect(said).toContain('That is one of the hidden seeds.');
});

test('compares two tries on the same seeds', async () => {
  const { said } = await talkThrough([
    ...toRun('1', '2'),
    'change',
    ...toRun('1', '3'),
    'compare',
    'back',
    'quit',
  ]);
  expect(said).toContain('A: Ask again, up to three times.');
  expect(said).toContain('B: Ask again, with a key that names the order.');
  expect(said).toContain('B BETTER: charged-once');
});

test('changes one condition after asking what is expected of it', async () => {
  const { said } = await talkThrough([...toRun('1', '3'), 'vary', 'holds', 'quit']);
  expect(said).toContain('RIGHT. You expected that every check holds.');
});

test('asks for the sentence that explains the run', async () => {
  const { said } = await talkThrough([...toRun('1', '2'), 'answer', '2', 'quit']);
  expect(said).toContain(
    'NOT SO. What happened is this: The provider cannot tell a repeated request from a new one.',
  );
  expect(fold(progress.entries).get(listed.id)?.explained).toBe(false);
});

test('answers what it does not understand with the nearest word', async () => {
  const { said } = await talkThrough([...toRun('1', '1'), 'graed', '99', '', 'quit']);
  expect(said).toContain('Did you mean grade?');
  expect(said).toContain('Not understood: "99".');
});

test.each([0, 1, 2, 3, 4, 5])('ends well where the input ends after %i answers', async (answers) => {
  const { code, said } = await talkThrough([...toRun('1', '2'), 'why'].slice(0, answers));
  expect(code).toBe(0);
  expect(said).toContain('Goodbye. Your progress is kept.');
});
