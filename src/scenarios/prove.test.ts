import { afterAll, describe, expect, test } from 'vitest';
import { crewOf } from './grade-pool.ts';
import { parseExercise } from './load.ts';
import { LOST_ANSWER } from './prove/lost-answer.fixture.ts';
import { proofLines, prove } from './prove.ts';

const crew = crewOf(1);
afterAll(() => crew.close());

const proveText = (text: string, strict = true) =>
  prove(parseExercise(text, 'lost-answer.yaml'), { crew, seeds: 10, strict });

/** The codes and places of what is wrong. */
async function problemsOf(text: string) {
  const { problems } = await proveText(text);
  return problems.map(({ code, line }) => ({ code, line }));
}

const lineOf = (words: string) => LOST_ANSWER.split('\n').findIndex((line) => line.includes(words)) + 1;

describe('an exercise whose lesson is load-bearing', () => {
  test('is proved, one line a proof', async () => {
    const report = await proveText(LOST_ANSWER);
    expect(report.ok).toBe(true);
    expect(proofLines(report).slice(1)).toMatchInlineSnapshot(`
      [
        "  wrong   retry=never                  10/10 fail  served 100 % >= 95 %  ok",
        "  right   retry=retry                       10/10  ok",
        "  wrong   receiver=blind               10/10 fail  once 100 % >= 95 %  ok",
        "  right   receiver=knows                    10/10  ok",
        "  wrong   (nothing)                    10/10 fail  served 100 %  ok",
        "  ablate  - retry                      10/10 fail  served 100 %  ok   load-bearing",
        "  ablate  - receiver                   10/10 fail  once 100 %  ok   load-bearing",
        "  bigbox  capacity x3                  10/10 fail  served 100 %  ok   cannot be bought",
        "  edge    load +10 %, faults +20 %          10/10  ok",
        "  space   9 designs: 1 pass, 0 of them unlisted",
      ]
    `);
  });

  test('tells why each wrong option fails, from the causes of its first failing seed', async () => {
    const { proofs } = await proveText(LOST_ANSWER);
    const blind = proofs.find(({ what }) => what === 'receiver=blind');
    expect(blind?.why.length).toBeGreaterThanOrEqual(3);
    expect(blind?.why.join(' ')).toMatch(/fault lost/);
  });
});

describe('an exercise is refused, with the place of the mistake,', () => {
  test('whose right option fails', async () => {
    const wrong = LOST_ANSWER.replace('dedupe: { key: request.order, in: memory }', 'priority: high');
    expect(await problemsOf(wrong)).toContainEqual({
      code: 'check/does-not-hold',
      line: lineOf('- id: knows'),
    });
  });

  test('whose wrong option holds', async () => {
    const wrong = LOST_ANSWER.replace(
      'fails: [served], because: A lost answer loses the order.',
      'fails: [once], because: no.',
    );
    expect(await problemsOf(wrong)).toContainEqual({
      code: 'check/does-not-fail',
      line: lineOf('- id: never'),
    });
  });

  test('whose option fails for another reason than it says', async () => {
    const wrong = LOST_ANSWER.replace(
      '  once: {',
      '  never: { every: order, must: charged < 1 }\n  once: {',
    ).replace('fails: [once], holds: [served]', 'fails: [once]');
    const codes = (await problemsOf(wrong)).map(({ code }) => code);
    expect(codes).toContain('check/fails-for-another-reason');
    expect(codes).toContain('check/fails-also');
  });

  test('that says no reason', async () => {
    const wrong = LOST_ANSWER.replace(', because: A lost answer loses the order.', '');
    expect(await problemsOf(wrong)).toEqual([{ code: 'check/no-because', line: lineOf('- id: never') }]);
  });

  test('that passes untouched, without its lesson, and for money', async () => {
    const easy = LOST_ANSWER.replace('p: 5%', 'p: 0%, idle: allowed');
    const codes = (await problemsOf(easy)).map(({ code }) => code);
    expect(codes).toContain('check/passes-untouched');
    expect(codes).toContain('check/not-load-bearing');
    expect(codes).toContain('check/can-be-bought');
  });

  test('whose fault never strikes', async () => {
    const idle = LOST_ANSWER.replace('p: 5%', 'p: 5%, during: 14s..15s');
    expect((await problemsOf(idle)).map(({ code }) => code)).toContain('check/idle-fault');
  });

  test('whose text promises a number that is not seen', async () => {
    const wrong = LOST_ANSWER.replace('-20..0', '40..80');
    expect(await problemsOf(wrong)).toContainEqual({ code: 'check/not-seen', line: lineOf('- id: knows') });
  });
});

test('answers that pass without being listed are named', async () => {
  const listed = 'expect: { holds: all, sees: { "facts(\'charged\') - orders()": -20..0 } }';
  const unlisted = LOST_ANSWER.replace(listed, 'expect: { mayFail: [once] }');
  const report = await proveText(unlisted, false);
  expect(report.proofs.find(({ label }) => label === 'space')?.notes).toEqual([
    expect.stringContaining('retry=retry, receiver=knows also passes'),
  ]);
});

test('a variation is proved with its own patch', async () => {
  const vary = `
vary:
  - id: calm
    ask: And when nothing is lost?
    of: never
    patch: { chaos: { lost: null } }
    expect: { holds: [served] }
checks:`;
  const report = await proveText(LOST_ANSWER.replace('\nchecks:', vary));
  expect(report.problems).toEqual([]);
  expect(report.proofs.find(({ label }) => label === 'vary')).toMatchObject({
    what: 'calm of never',
    n: 10,
    of: 10,
    ok: true,
  });
});

test('an exercise that asks nothing has nothing that could be proved, and says so', async () => {
  const start = LOST_ANSWER.indexOf('\ndecide:');
  const end = LOST_ANSWER.slice(start + 1).search(/^(?!decide)[a-z]+:/m);
  const asked = LOST_ANSWER.slice(start + 1, start + 1 + end);
  const { ok, problems } = await proveText(
    LOST_ANSWER.replace(asked, '').replace(/^vary:[\s\S]*?(?=^[a-z]+:)/m, ''),
  );
  expect(ok).toBe(false);
  expect(problems.map(({ code }) => code)).toEqual(['check/no-decision']);
});
