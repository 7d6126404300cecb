import { describe, expect, test } from 'vitest';
import { lognormalFromP99, sampler } from './distribution.ts';
import { Luck } from './luck.ts';
import { EventRecord } from './record.ts';
import { Simulation } from './simulation.ts';
import { NEVER } from './time.ts';
import { TripwireError, withTripwires } from './tripwires.ts';

const forbidden: readonly (readonly [string, () => unknown])[] = [
  ['Date.now', () => Date.now()],
  ['new Date', () => new Date()],
  ['Date', () => Date()],
  ['performance.now', () => performance.now()],
  ['Math.random', () => Math.random()],
  [
    'Math.pow',
    () => {
      const { pow } = Math;
      return pow(2, 0.5);
    },
  ],
  ['Math.log', () => Math.log(2)],
  ['Math.sqrt', () => Math.sqrt(2)],
  ['setTimeout', () => setTimeout(() => {}, 0)],
  ['setInterval', () => setInterval(() => {}, 1)],
  ['setImmediate', () => setImmediate(() => {})],
  ['queueMicrotask', () => queueMicrotask(() => {})],
];

describe('under tripwires', () => {
  test.each(forbidden)('%s throws an error that names it', (name, use) => {
    expect(() => withTripwires(use)).toThrow(TripwireError);
    expect(() => withTripwires(use)).toThrow(name);
  });

  test('exact functions and constants of Math go on as ever', () => {
    const use = () => [
      Math.imul(3, 4),
      Math.floor(1.5),
      Math.max(1, 2),
      Math.fround(1),
      Math.clz32(1),
      Math.PI,
    ];
    expect(withTripwires(use)).toEqual(use());
  });

  test('the kernel runs', () => {
    const run = () => {
      const sim = new Simulation();
      const record = new EventRecord();
      const sample = sampler(lognormalFromP99(1000, 5000));
      const stream = new Luck('tripwires').stream('service');
      for (let i = 0; i < 100; i++) {
        sim.after(sample(stream.uniform(i)), () => record.append(sim.now, 1, 0, 0, i, 0, 0, 0, 0));
      }
      sim.run(NEVER);
      return record.fingerprint();
    };
    expect(withTripwires(run)).toBe(run());
  });
});

test('tripwires are gone afterwards, also after an error', () => {
  const before = [Date, Math.random, Math.log, setTimeout, performance.now];
  expect(withTripwires(() => 5)).toBe(5);
  expect(() =>
    withTripwires(() => {
      throw new Error('mine');
    }),
  ).toThrow('mine');
  expect([Date, Math.random, Math.log, setTimeout, performance.now]).toEqual(before);
});
