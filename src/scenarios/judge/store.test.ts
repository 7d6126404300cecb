import { describe, expect, test } from 'vitest';
import { simulate } from '../../sim/index.ts';
import { KIND_NAMES } from '../../sim/kinds.ts';
import { choose } from '../choose.ts';
import { parseExercise } from '../load.ts';
import { beats, followable, narrate } from '../narrate.ts';
import { type Span, spanTree } from '../spans.ts';
import { checkVocabulary, judge, type Verdict } from './index.ts';

/** The store for half a minute, with a payment provider that is slow for a third of it. */
const EXERCISE = `
format: 1
id: EX-999
title: Slow answers
chapter: 7
style: try-first
minutes: 5
objectives: [D4-1]
brief: The payment provider answers late.
world:
  use: store
  run: { for: 30s, settle: 40s }
  services:
    payment: { calls: { psp: { timeout: 800ms, retry: { maxAttempts: 2, backoff: fixed(100ms) } } } }
  chaos:
    slow: { latency: psp, x: 5, during: 10s..20s }
decide:
  - id: key
    ask: What do you change?
    options:
      - { id: none, label: Nothing, grade: 0, patch: { run: { warmup: 1s } }, expect: { fails: [charged-once] } }
      - id: keyed
        label: A key for each order
        grade: 5
        patch: { services: { payment: { calls: { psp: { idempotencyKey: request.order } } } } }
        expect: { holds: [charged-once] }
checks:
  use: [charged-once]
  shipped: { every: order, if: confirmed > 0, within: 30s, must: shipped == 1 }
  served: { slo: shoppers, success: 99% }
  psp: { slo: psp.charge, success: 99%, outside: slow }
  heard: { slo: shipping.orders, success: 100%, p99: 10s }
  back: { recovers: shoppers, after: slow, within: 8s }
  once: { amplification: psp, per: shoppers, max: 1 }
  fresh: { fresh: shipping.orders, within: 10s }
  few: { must: failures('shoppers') <= 10 && depth('shipping.orders') < 1000 }
`;

const exercise = parseExercise(EXERCISE, 'slow-answers.yaml');
const runOf = (option: string) => simulate(choose(exercise, { key: option }), 's1');
const [plain, keyed] = [runOf('none'), runOf('keyed')];
const verdicts = { plain: judge(plain, exercise.checks), keyed: judge(keyed, exercise.checks) };
const outcomeOf = (verdict: Verdict, id: string) => verdict.checks.find((check) => check.id === id)?.outcome;

describe('the store with a slow payment provider', () => {
  test('charges twice without idempotency keys, and once with them', () => {
    expect(outcomeOf(verdicts.plain, 'charged-once')).toBe('invalid');
    expect(outcomeOf(verdicts.keyed, 'charged-once')).toBe('valid');
  });

  test('breaks no conservation law in either design', () => {
    for (const verdict of Object.values(verdicts)) {
      const laws = verdict.checks.filter(({ kind }) => kind === 'conservation');
      expect(laws.map(({ outcome }) => outcome)).toEqual(['valid', 'valid', 'valid', 'valid']);
    }
  });

  test('is measured at clients, operations and consumers', () => {
    expect(outcomeOf(verdicts.plain, 'served')).toBe('invalid');
    expect(outcomeOf(verdicts.plain, 'few')).toBe('invalid');
    expect(outcomeOf(verdicts.plain, 'once')).toBe('invalid');
    expect(outcomeOf(verdicts.plain, 'psp')).toBe('valid');
    expect(outcomeOf(verdicts.plain, 'heard')).toBe('valid');
    expect(outcomeOf(verdicts.plain, 'fresh')).toBe('valid');
    expect(outcomeOf(verdicts.plain, 'shipped')).toBe('valid');
    expect(outcomeOf(verdicts.plain, 'back')).toBe('valid');
  });

  test('counts what a client wanted as its intentions in the record', () => {
    const wanted = [...keyed.subjects.values()].filter(({ entity }) => entity === 'order').length;
    const served = verdicts.keyed.checks.find(({ id }) => id === 'served');
    expect(served?.got).toContain(`of ${wanted} intentions`);
  });

  test('gives the same verdict when judged again', () => {
    expect(judge(plain, exercise.checks)).toEqual(verdicts.plain);
  });

  test('names nothing that its world does not have', () => {
    const worlds = ['none', 'keyed'].map((option) => choose(exercise, { key: option }));
    expect(checkVocabulary(worlds, exercise.checks)).toEqual([]);
  });
});

describe('the story of the run', () => {
  test('a double charge is told with its late answer and the missing key', () => {
    const finding = verdicts.plain.checks.find(({ id }) => id === 'charged-once')?.findings[0];
    const sentence = narrate(plain, finding?.records.at(-1) ?? 0);
    expect(sentence).toMatch(
      /^Psp charged order-\d+ a second time \(2500\); the time before was event \d+, and payment’s attempt 2 \(event \d+\) carried no idempotency key\.$/,
    );
  });

  test('stops where the fault strikes and where a check breaks', () => {
    const titles = beats(plain, verdicts.plain).map(({ title }) => title);
    expect(titles).toContain('Fault: slow strikes psp');
    expect(titles.some((title) => title.startsWith('Broken: charged-once, order-'))).toBe(true);
  });

  test('every record of a run has its sentence', () => {
    for (let record = 0; record < plain.record.length; record += 37) {
      expect(narrate(plain, record)).toMatch(/^[A-Z].*\.$/);
    }
  });

  test('the tree of an order that was charged twice has two attempts with one charge each', () => {
    const [subject = ''] = followable(plain, verdicts.plain);
    const all: Span[] = [];
    const collect = (spans: readonly Span[]) => {
      for (const span of spans) {
        all.push(span);
        collect(span.children);
      }
    };
    collect(spanTree(plain, subject));
    const attempts = all.filter(({ name, kind }) => kind === 'call' && name.includes('called psp.charge'));
    expect(attempts.map(({ status }) => status)).toContain('failed');
    expect(attempts).toHaveLength(2);
    const charges = attempts.map(({ children }) => JSON.stringify(children).match(/Psp charged/g)?.length);
    expect(charges).toEqual([1, 1]);
  });

  test('every span of a tree belongs to its order, and none hangs loose', () => {
    for (const subject of followable(keyed, verdicts.keyed)) {
      const roots = spanTree(keyed, subject);
      expect(roots.every(({ record }) => KIND_NAMES[keyed.record.kindAt(record)] === 'intent')).toBe(true);
    }
  });
});
