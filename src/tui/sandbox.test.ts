import { expect, test } from 'vitest';
import { parseInjection } from '../play/injection.ts';
import { choose } from '../scenarios/choose.ts';
import { simulateDesign } from '../scenarios/grade-seed.ts';
import { parseExercise } from '../scenarios/load.ts';
import { SANDBOX } from './sandbox.ts';

const sandbox = () => parseExercise(SANDBOX, 'sandbox');

test('every option of the sandbox makes a world', () => {
  const exercise = sandbox();
  for (const { id, options } of exercise.decide)
    for (const option of options) expect(choose(exercise, { [id]: option.id })).toBeDefined();
});

test('anything can be broken in it while it runs', () => {
  const run = simulateDesign(
    sandbox(),
    {
      choices: { crowd: 'quiet' },
      interventions: [parseInjection('latency: inventory, add: 400ms, for: 10s @ 5s', 1)],
    },
    '7',
  );
  expect(run.faults.find(({ id }) => id === 'injected-1')?.fired).toBeGreaterThan(0);
});

test('every fault that its task names can be written like that', () => {
  const written = [...sandbox().brief.matchAll(/`([^`]+)`/g)].map(([, fault]) => fault ?? '');
  expect(written.length).toBeGreaterThan(2);
  for (const fault of written) expect(parseInjection(`${fault} @ 5s`, 1).at).toBe(5_000_000);
});
