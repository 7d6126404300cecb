import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Process } from './process.ts';
import { EventLimitError, Simulation } from './simulation.ts';
import { ms, NEVER, us } from './time.ts';

/** Something to schedule and, once it runs, what it cancels and schedules in turn. */
interface Plan {
  readonly delay: number;
  readonly lane: boolean;
  /** Which of the handles so far to cancel, counted from the latest. */
  readonly cancels: readonly number[];
  readonly next: readonly Plan[];
}

const { plan } = fc.letrec<{ plan: Plan }>((tie) => ({
  plan: fc.record({
    delay: fc.oneof(fc.constantFrom(0, 5, 7), fc.nat(30)),
    lane: fc.boolean(),
    cancels: fc.array(fc.nat(20), { maxLength: 3 }),
    next: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant([]),
      fc.array(tie('plan'), { maxLength: 4 }),
    ),
  }),
}));
const plans = fc.array(plan, { maxLength: 30 });

interface Clock {
  readonly now: number;
  schedule(plan: Plan, action: () => void): number;
  cancel(handle: number): boolean;
  run(): void;
}

/** What happens, in order: who ran when, and which cancellation took effect. */
function play(clock: Clock, first: readonly Plan[]): string[] {
  const log: string[] = [];
  const handles: number[] = [];
  function start(plan: Plan): void {
    const name = handles.length;
    const handle = clock.schedule(plan, () => {
      log.push(`${name} at ${clock.now}`);
      for (const back of plan.cancels) {
        const target = handles.at(-1 - back);
        if (target !== undefined) log.push(`cancel ${handles.length - 1 - back}: ${clock.cancel(target)}`);
      }
      for (const next of plan.next) start(next);
    });
    handles.push(handle);
  }
  for (const plan of first) start(plan);
  clock.run();
  return log;
}

/** The order by definition: a list, searched for the least (time, order of scheduling). */
function byDefinition(): Clock {
  let now = 0;
  let count = 0;
  const due = new Map<number, { time: number; action: () => void }>();
  return {
    get now() {
      return now;
    },
    schedule({ delay }, action) {
      due.set(count, { time: now + delay, action });
      return count++;
    },
    cancel: (handle) => due.delete(handle),
    run() {
      while (due.size > 0) {
        const [handle, { time, action }] = [...due].reduce((least, one) =>
          one[1].time < least[1].time ? one : least,
        );
        due.delete(handle);
        now = time;
        action();
      }
    },
  };
}

function byKernel({ lanes = true } = {}): Clock {
  const sim = new Simulation();
  return {
    get now() {
      return sim.now;
    },
    schedule: ({ delay, lane }, action) =>
      lane && lanes ? sim.timeout(delay, action) : sim.after(delay, action),
    cancel: (handle) => sim.cancel(handle),
    run() {
      sim.run(NEVER);
      expect(sim.pending).toBe(0);
    },
  };
}

describe('order of events', () => {
  test('is by time, then by order of scheduling, whatever is cancelled', () => {
    fc.assert(
      fc.property(plans, (first) => {
        expect(play(byKernel(), first)).toEqual(play(byDefinition(), first));
      }),
      {
        numRuns: 500,
      },
    );
  });

  test('is the same with and without lanes', () => {
    fc.assert(
      fc.property(plans, (first) => {
        expect(play(byKernel(), first)).toEqual(play(byKernel({ lanes: false }), first));
      }),
      { numRuns: 300 },
    );
  });

  test('survives the cancelling of most of a large queue', () => {
    const sim = new Simulation();
    const ran: number[] = [];
    const handles = Array.from({ length: 20_000 }, (_, i) => {
      const time = (i * 7919) % 5003;
      return i % 2 === 0
        ? sim.at(time, () => ran.push(time))
        : sim.timeout(time % 20, () => ran.push(time % 20));
    });
    const kept = handles.filter((handle, i) => i % 10 === 0 || !sim.cancel(handle));
    expect(sim.pending).toBe(2000);
    expect(kept).toHaveLength(2000);
    sim.run(NEVER);
    expect(ran).toHaveLength(2000);
    expect(ran).toEqual([...ran].sort((a, b) => a - b));
  });
});

describe('cancel', () => {
  test('says whether there was anything left to cancel', () => {
    const sim = new Simulation();
    const early = sim.after(1, () => {});
    const late = sim.after(3, () => {});
    sim.run(2);
    expect([sim.cancel(early), sim.cancel(late), sim.cancel(late)]).toEqual([false, true, false]);
  });

  test('leaves a newcomer alone that has the place of an old one', () => {
    const sim = new Simulation();
    const old = sim.after(1, () => {});
    sim.run(1);
    let ran = false;
    sim.after(1, () => {
      ran = true;
    });
    expect(sim.cancel(old)).toBe(false);
    sim.run(2);
    expect(ran).toBe(true);
  });

  test('does nothing for an action that cancels itself while it runs', () => {
    const sim = new Simulation();
    let cancelled: boolean | undefined;
    const handle: number = sim.after(1, () => {
      cancelled = sim.cancel(handle);
    });
    sim.run(1);
    expect(cancelled).toBe(false);
  });
});

describe('run', () => {
  test('includes its last moment and stops the clock there', () => {
    const sim = new Simulation();
    const ran: number[] = [];
    for (const time of [1, 2, 3]) sim.at(time, (value: number) => ran.push(value), time);
    sim.run(2);
    expect({ ran, now: sim.now, executed: sim.executed, pending: sim.pending }).toEqual({
      ran: [1, 2],
      now: 2,
      executed: 2,
      pending: 1,
    });
    sim.run(10);
    expect({ ran, now: sim.now }).toEqual({ ran: [1, 2, 3], now: 10 });
  });

  test('in pieces does what one run does', () => {
    fc.assert(
      fc.property(plans, fc.array(fc.nat(40), { maxLength: 6 }), (first, stops) => {
        const sim = new Simulation();
        const pieces: Clock = {
          get now() {
            return sim.now;
          },
          schedule: ({ delay, lane }, action) =>
            lane ? sim.timeout(delay, action) : sim.after(delay, action),
          cancel: (handle) => sim.cancel(handle),
          run() {
            for (const stop of [...stops].sort((a, b) => a - b)) sim.run(stop);
            sim.run(NEVER);
          },
        };
        expect(play(pieces, first)).toEqual(play(byDefinition(), first));
      }),
    );
  });

  test('stops a world that feeds itself without end, and says where', () => {
    const sim = new Simulation({ maxEvents: 1000 });
    const again = () => {
      sim.after(us(2), again);
    };
    again();
    expect(() => sim.run(NEVER)).toThrow(EventLimitError);
    expect(sim.executed).toBe(1000);
    try {
      sim.run(NEVER);
    } catch (error) {
      expect(error).toMatchObject({ name: 'EventLimitError', executed: 1000 });
    }
  });

  test('cannot be entered twice', () => {
    const sim = new Simulation();
    sim.after(1, () => sim.run(5));
    expect(() => sim.run(2)).toThrow('running already');
  });

  test('passes an exception of a process on', () => {
    const sim = new Simulation();
    function* broken(): Process {
      yield sim.sleep(1);
      throw new Error('ours');
    }
    sim.spawn(broken());
    expect(() => sim.run(5)).toThrow('ours');
  });
});

describe('delays', () => {
  test('are rounded to whole microseconds and never negative', () => {
    const sim = new Simulation();
    const times: number[] = [];
    sim.after(1.4, () => times.push(sim.now));
    sim.timeout(2.6, () => times.push(sim.now));
    sim.run(ms(1));
    expect(times).toEqual([1, 3]);
    expect(() => sim.after(-1, () => {})).toThrow(RangeError);
    expect(() => sim.timeout(Number.NaN, () => {})).toThrow(RangeError);
    expect(() => sim.at(0, () => {})).toThrow(RangeError);
  });

  test('of forever do not end', () => {
    const sim = new Simulation();
    let ran = false;
    sim.after(NEVER, () => {
      ran = true;
    });
    sim.after(5, () => {});
    sim.run(NEVER);
    expect({ ran, now: sim.now, pending: sim.pending }).toEqual({ ran: false, now: 5, pending: 1 });
  });

  test('keep their order in more lanes than there are', () => {
    const sim = new Simulation();
    const ran: number[] = [];
    for (let i = 0; i < 1000; i++) sim.timeout(1000 - i, () => ran.push(sim.now));
    sim.run(NEVER);
    expect(ran).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
  });
});
