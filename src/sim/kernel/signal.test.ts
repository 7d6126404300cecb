import { expect, test } from 'vitest';
import type { Process } from './process.ts';
import { Signal } from './signal.ts';
import { Simulation } from './simulation.ts';
import { NEVER } from './time.ts';

/** A signal, and processes that wait for it and note what they got and when. */
function stage() {
  const sim = new Simulation();
  const signal = new Signal<string>(sim);
  const log: string[] = [];
  function* waiter(name: string, limit?: number): Process {
    const got = limit === undefined ? yield* signal.wait() : yield* signal.waitUpTo(limit);
    log.push(`${name} ${got} ${sim.now}`);
  }
  return { sim, signal, log, waiter };
}

test('wakes all who wait, in order, and lets latecomers through', () => {
  const { sim, signal, log, waiter } = stage();
  sim.spawn(waiter('a'));
  sim.spawn(waiter('b', 100));
  sim.at(5, () => signal.resolve('x'));
  sim.at(7, () => sim.spawn(waiter('c')));
  sim.run(NEVER);
  expect(log).toEqual(['a x 5', 'b x 5', 'c x 7']);
  expect([signal.settled, signal.value, sim.now]).toEqual([true, 'x', 7]);
});

test('keeps its first value', () => {
  const { signal } = stage();
  signal.resolve('first');
  signal.resolve('second');
  expect(signal.value).toBe('first');
});

test('gives up after the limit, and not before', () => {
  const { sim, signal, log, waiter } = stage();
  sim.spawn(waiter('short', 4));
  sim.spawn(waiter('none', 0));
  sim.spawn(waiter('long', 6));
  sim.at(5, () => signal.resolve('x'));
  sim.run(NEVER);
  expect(log).toEqual(['none undefined 0', 'short undefined 4', 'long x 5']);
});

test('settles a tie of value and limit by the order of scheduling', () => {
  const limitFirst = stage();
  limitFirst.sim.spawn(limitFirst.waiter('a', 5));
  limitFirst.sim.run(0);
  limitFirst.sim.at(5, () => limitFirst.signal.resolve('x'));
  limitFirst.sim.run(NEVER);
  expect(limitFirst.log).toEqual(['a undefined 5']);

  const valueFirst = stage();
  valueFirst.sim.at(5, () => valueFirst.signal.resolve('x'));
  valueFirst.sim.spawn(valueFirst.waiter('a', 5));
  valueFirst.sim.run(NEVER);
  expect(valueFirst.log).toEqual(['a x 5']);
});

test('forgets a waiter that was killed, and its limit', () => {
  const { sim, signal, log, waiter } = stage();
  const task = sim.spawn(waiter('a', 10));
  sim.spawn(waiter('b'));
  sim.at(1, () => task.kill());
  sim.at(2, () => signal.resolve('x'));
  sim.run(NEVER);
  expect(log).toEqual(['b x 2']);
  expect([sim.now, sim.pending]).toEqual([2, 0]);
});

test('does not wake one that is killed in the instant of the value', () => {
  const { sim, signal, log, waiter } = stage();
  const task = sim.spawn(waiter('a', 10));
  sim.at(1, () => {
    signal.resolve('x');
    task.kill();
  });
  sim.run(NEVER);
  expect(log).toEqual([]);
});
