import { describe, expect, test } from 'vitest';
import { ProblemsError, UsageError } from '../problems.ts';
import { simulate } from '../sim/index.ts';
import { choose, choosePatched, explainPatch } from './choose.ts';
import { parseExercise } from './load.ts';

const TEXT = `format: 1
id: EX-1
title: Choosing
brief: A shop that can be built in several ways.
world:
  use: store
  keep: [shoppers, gateway, checkout, payment, psp]
  run: { for: 20s, settle: 10s }
  chaos: { lost-answers: { dropReply: payment -> psp, p: 20% } }
  services:
    payment: { calls: { default: { timeout: 3s }, psp: { retry: 3 }, psp.charge: { retry: { budget: 10% } } } }
    learner:
      template: true
      work: 2ms
      operations: { learn: { steps: { think: { work: 4ms } } } }
    pupil: { like: learner, replicas: 2 }
decide:
  - id: calls
    ask: How is the provider called?
    at: services/payment/calls/psp
    options:
      - { id: as-is, grade: 0, label: As it is, set: {} }
      - { id: quick, grade: 3, label: Quickly, set: { timeout: 1s } }
      - { id: none, grade: 1, label: Without retry, set: { retry: null } }
      - { id: guarded, grade: 5, label: With a breaker, pattern: { circuit-breaker: { from: payment, to: psp, calls: 7 } } }
  - id: size
    ask: How large?
    options:
      - { id: small, grade: 1, label: Small, patch: { services: { learner: { workers: 3 } } } }
      - { id: large, grade: 5, label: Large, patch: { gateway: { workers: 900 }, services: { payment: { replicas: 5 } } } }
checks:
  use: [charged-once]
`;

const exercise = parseExercise(TEXT, '07-choosing.yaml');
const payment = (choices: Record<string, string>) => choose(exercise, choices).services['payment'];

describe('choose', () => {
  test('leaves the world as written where nothing is chosen', () => {
    const { services } = choose(exercise, {});
    expect(services['payment']?.replicas).toBe(2);
    expect(services['payment']?.calls['psp']).toMatchObject({
      timeout: 3_000_000,
      retry: { maxAttempts: 3 },
    });
  });

  test('merges what is chosen, in the order of the decisions', () => {
    expect(payment({ calls: 'quick', size: 'large' })).toMatchObject({ replicas: 5 });
    expect(payment({ calls: 'quick' })?.calls['psp']?.timeout).toBe(1_000_000);
    expect(choose(exercise, { size: 'large' }).services['gateway']?.workers).toBe(900);
  });

  test('lays default settings of calls under those of a callee, and both under those of an operation', () => {
    const calls = payment({ calls: 'quick' })?.calls;
    expect(calls?.['default']).toMatchObject({ timeout: 3_000_000, retry: null });
    expect(calls?.['psp.charge']).toMatchObject({
      timeout: 1_000_000,
      retry: { maxAttempts: 3, budget: 100_000 },
    });
  });

  test('takes away what an option sets to null', () => {
    expect(payment({ calls: 'none' })?.calls['psp']?.retry).toBeNull();
  });

  test('expands a pattern to its patch', () => {
    expect(payment({ calls: 'guarded' })?.calls['psp']?.circuitBreaker).toMatchObject({
      minimumNumberOfCalls: 7,
      slidingWindowSize: 7,
      failureRateThreshold: 50,
    });
  });

  test('gives a service that is like a template what options change in the template, and drops the template', () => {
    const { services } = choose(exercise, { size: 'small' });
    expect(services['pupil']).toMatchObject({ replicas: 2, workers: 3 });
    expect(services['learner']).toBeUndefined();
  });

  test('gives the same object for the same answers, in whatever order they are given', () => {
    expect(choose(exercise, { calls: 'quick', size: 'large' })).toBe(
      choose(exercise, { size: 'large', calls: 'quick' }),
    );
  });

  test('makes plain data that says the same after a round trip through JSON', () => {
    const world = choose(exercise, { calls: 'guarded' });
    expect(JSON.parse(JSON.stringify(world))).toEqual(world);
  });

  test('refuses decisions and options that are not there, naming the nearest', () => {
    expect(() => choose(exercise, { call: 'quick' })).toThrow(UsageError);
    expect(() => choose(exercise, { calls: 'quik' })).toThrow(/Did you mean `quick`\?/);
  });

  test('makes worlds that run, each differently', () => {
    const prints = ['as-is', 'quick', 'none', 'guarded'].map(
      (calls) => simulate(choose(exercise, { calls }), 'a').fingerprint,
    );
    expect(prints[0]).toBe(simulate(choose(exercise, {}), 'a').fingerprint);
    expect(new Set(prints).size).toBeGreaterThan(1);
  });
});

describe('choosePatched', () => {
  test('merges further patches on top, short forms and all', () => {
    const world = choosePatched(exercise, { calls: 'quick' }, [
      { services: { payment: { calls: { psp: { retry: 9 } } } } },
      { gateway: { replicas: 7 } },
    ]);
    expect(world.services['payment']?.calls['psp']).toMatchObject({
      timeout: 1_000_000,
      retry: { maxAttempts: 9 },
    });
    expect(world.services['gateway']?.replicas).toBe(7);
    expect(choose(exercise, { calls: 'quick' }).services['gateway']?.replicas).toBe(2);
  });

  test('tells what is wrong with a patch', () => {
    expect(() => choosePatched(exercise, {}, [{ chaos: { slow: { latency: 'paymnt', x: 4 } } }])).toThrow(
      ProblemsError,
    );
    expect(() => choosePatched(exercise, {}, [{ chaos: { slow: { latency: 'paymnt', x: 4 } } }])).toThrow(
      /Did you mean `payment`\?/,
    );
  });
});

test('a patch cannot reach the prototype of anything', () => {
  const patch = JSON.parse('{ "services": { "__proto__": { "polluted": true } } }') as object;
  expect(() => choosePatched(exercise, {}, [patch])).toThrow(UsageError);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

describe('explainPatch', () => {
  test('shows what an option changes, and what its pattern came to', () => {
    expect(explainPatch(exercise, 'calls', 'quick')).toBe(
      'services:\n  payment:\n    calls:\n      psp:\n        timeout: 1s\n',
    );
    const guarded = explainPatch(exercise, 'calls', 'guarded');
    expect(guarded).toContain('# the pattern circuit-breaker');
    expect(guarded).toContain('minimumNumberOfCalls: 7');
    expect(explainPatch(exercise, 'calls', 'as-is')).toBe('# nothing changes\n');
  });
});

describe('an exercise’s hash', () => {
  test('does not change with the layout, and changes with the content', () => {
    const again = parseExercise(
      `# a remark\n${TEXT}`.replace('use: [charged-once]', 'use:\n    - charged-once'),
      'other.yaml',
    );
    expect(again.hash).toBe(exercise.hash);
    expect(exercise.hash).toMatch(/^[0-9a-f]{16}$/);
    expect(parseExercise(TEXT.replace('replicas: 5', 'replicas: 6'), 'other.yaml').hash).not.toBe(
      exercise.hash,
    );
  });

  test('goes with a slug that is the file’s name without number and extension', () => {
    expect(exercise.slug).toBe('choosing');
  });
});
