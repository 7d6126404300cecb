import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Mailbox } from './mailbox.ts';
import type { Process, Task } from './process.ts';
import { Simulation } from './simulation.ts';
import { NEVER } from './time.ts';

test('gives items in order of arrival to takers in order of coming', () => {
  const sim = new Simulation();
  const mailbox = new Mailbox<string>(sim);
  const log: string[] = [];
  function* taker(name: string): Process {
    while (true) log.push(`${name} ${yield* mailbox.take()} ${sim.now}`);
  }
  sim.spawn(taker('x'));
  sim.spawn(taker('y'));
  sim.at(1, () => ['a', 'b', 'c'].map((item) => mailbox.put(item)));
  sim.at(2, () => mailbox.put('d'));
  sim.run(NEVER);
  expect(log).toEqual(['x a 1', 'x c 1', 'y b 1', 'x d 2']);
});

test('gives up after the limit, and loses nothing by it', () => {
  const sim = new Simulation();
  const mailbox = new Mailbox<string>(sim);
  const log: string[] = [];
  function* taker(limit: number): Process {
    log.push(`${yield* mailbox.takeUpTo(limit)} ${sim.now}`);
  }
  sim.spawn(taker(3));
  sim.spawn(taker(9));
  sim.at(5, () => mailbox.put('a'));
  sim.at(6, () => mailbox.put('b'));
  sim.run(NEVER);
  expect(log).toEqual(['undefined 3', 'a 5']);
  expect(mailbox.drain()).toEqual(['b']);
  expect(mailbox.size).toBe(0);
});

test('holds undefined like any other item', () => {
  const sim = new Simulation();
  const mailbox = new Mailbox<undefined>(sim);
  mailbox.put(undefined);
  const task = sim.spawn(mailbox.take());
  sim.run(NEVER);
  expect([task.done, mailbox.size]).toEqual([true, 0]);
});

test('puts the item of a taker killed in the instant of taking first in line again', () => {
  const sim = new Simulation();
  const mailbox = new Mailbox<string>(sim);
  const task = sim.spawn(mailbox.take());
  sim.at(1, () => {
    mailbox.put('a');
    mailbox.put('b');
    task.kill();
  });
  sim.run(NEVER);
  expect(mailbox.drain()).toEqual(['a', 'b']);
});

test('loses and doubles nothing, whoever is killed', () => {
  const action = fc.record({
    at: fc.nat(20),
    what: fc.constantFrom('put', 'put', 'take', 'take up to', 'kill'),
    which: fc.nat(10),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const sim = new Simulation();
      const mailbox = new Mailbox<number>(sim);
      const tasks: Task<void>[] = [];
      const taken: number[] = [];
      let put = 0;
      function* taker(limit?: number): Process {
        const item = limit === undefined ? yield* mailbox.take() : yield* mailbox.takeUpTo(limit);
        if (item !== undefined) taken.push(item);
      }
      for (const { at, what, which } of actions) {
        sim.at(at, () => {
          if (what === 'put') mailbox.put(put++);
          else if (what === 'take') tasks.push(sim.spawn(taker()));
          else if (what === 'take up to') tasks.push(sim.spawn(taker(which)));
          else tasks[which % Math.max(1, tasks.length)]?.kill();
        });
      }
      sim.run(NEVER);
      const all = [...taken, ...mailbox.drain()];
      expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: put }, (_, i) => i));
    }),
    { numRuns: 300 },
  );
});
