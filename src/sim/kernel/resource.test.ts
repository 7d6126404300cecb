import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Process, Task } from './process.ts';
import { Resource } from './resource.ts';
import { Simulation } from './simulation.ts';
import { NEVER } from './time.ts';

/** One who wants a permit: when, for how long, how patiently, and when it is killed if at all. */
interface Visitor {
  readonly at: number;
  readonly hold: number;
  readonly patience: number | undefined;
  readonly killedAt: number | undefined;
}

const visitor: fc.Arbitrary<Visitor> = fc.record({
  at: fc.nat(30),
  hold: fc.nat(12),
  patience: fc.option(fc.nat(10), { nil: undefined }),
  killedAt: fc.option(fc.nat(40), { nil: undefined }),
});

/** Lets visitors come and go; what each observed, and what was wrong at any time. */
function visit(
  capacity: number,
  visitors: readonly Visitor[],
  resizes: readonly (readonly [number, number])[] = [],
) {
  const sim = new Simulation();
  const resource = new Resource(sim, capacity);
  const entered = new Map<number, number>();
  const wrong: string[] = [];
  let inside = 0;
  let most = capacity; // permits that may be in use, after the capacity was lowered below that
  function check(): void {
    if (inside !== resource.inUse) wrong.push(`${inside} inside, ${resource.inUse} in use at ${sim.now}`);
    if (resource.inUse > most) wrong.push(`${resource.inUse} of ${most} at ${sim.now}`);
  }
  function* visitorProcess(id: number, { hold, patience }: Visitor): Process {
    if (patience === undefined) yield* resource.acquire();
    else if (!(yield* resource.acquireUpTo(patience))) return;
    inside++;
    try {
      entered.set(id, sim.now);
      yield sim.sleep(hold);
    } finally {
      inside--;
      resource.release();
    }
  }
  const tasks = new Map<number, Task<void>>();
  visitors.forEach((visitor, id) => {
    sim.at(visitor.at, () => tasks.set(id, sim.spawn(visitorProcess(id, visitor))));
    if (visitor.killedAt !== undefined) sim.at(visitor.killedAt, () => tasks.get(id)?.kill());
  });
  for (const [time, size] of resizes) {
    sim.at(time, () => {
      most = Math.max(size, resource.inUse);
      resource.capacity = size;
    });
  }
  for (let time = 0; time <= 60; time++) {
    sim.run(time);
    check();
  }
  return { sim, resource, entered, wrong };
}

test('never loses or doubles a permit, whoever gives up or is killed', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.array(visitor, { maxLength: 30 }),
      (capacity, visitors) => {
        const { sim, resource, wrong } = visit(capacity, visitors);
        expect(wrong).toEqual([]);
        sim.run(NEVER);
        expect([resource.inUse, resource.waiting, sim.pending]).toEqual([0, 0, 0]);
      },
    ),
    { numRuns: 300 },
  );
});

test('serves first come, first served', () => {
  const patient = visitor.map((one) => ({ ...one, patience: undefined, killedAt: undefined }));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.array(patient, { maxLength: 30 }),
      (capacity, visitors) => {
        const { sim, entered } = visit(capacity, visitors);
        sim.run(NEVER);
        const came = visitors.map((_, id) => id).sort((a, b) => visitors[a]!.at - visitors[b]!.at || a - b);
        const times = came.map((id) => entered.get(id)!);
        expect(times).toEqual([...times].sort((a, b) => a - b)); // nobody enters before one who came earlier
      },
    ),
  );
});

test('can change its capacity at any time', () => {
  const resizes = fc.array(fc.tuple(fc.nat(40), fc.nat(4)), { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(visitor, { maxLength: 30 }), resizes, (visitors, changes) => {
      const { sim, resource, wrong } = visit(2, visitors, [...changes, [50, 2]]);
      expect(wrong).toEqual([]);
      sim.run(NEVER);
      expect([resource.inUse, resource.waiting]).toEqual([0, 0]);
    }),
  );
});

test('gives a new permit to who waits, and revokes none', () => {
  const sim = new Simulation();
  const resource = new Resource(sim, 1);
  sim.spawn(resource.acquire());
  sim.spawn(resource.acquire());
  sim.run(1);
  expect([resource.inUse, resource.waiting]).toEqual([1, 1]);
  resource.capacity = 2;
  expect([resource.inUse, resource.waiting]).toEqual([2, 0]);
  resource.capacity = 1;
  expect([resource.inUse, resource.tryAcquire()]).toEqual([2, false]);
  resource.release();
  expect([resource.inUse, resource.tryAcquire()]).toEqual([1, false]);
  resource.release();
  expect([resource.inUse, resource.tryAcquire()]).toEqual([0, true]);
});

test('passes the permit on when its taker is killed in the instant of taking', () => {
  const sim = new Simulation();
  const resource = new Resource(sim, 1);
  resource.tryAcquire();
  const first = sim.spawn(resource.acquire());
  const second = sim.spawn(resource.acquire());
  sim.at(1, () => {
    resource.release();
    first.kill();
  });
  sim.run(2);
  expect([first.done, second.done, resource.inUse]).toEqual([true, true, 1]);
});

test('takes no permit back that nobody had', () => {
  const sim = new Simulation();
  expect(() => new Resource(sim, 1).release()).toThrow('nobody had');
});
