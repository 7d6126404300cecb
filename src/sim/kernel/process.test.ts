import { describe, expect, test } from 'vitest';
import { type Process, Scope, type Task } from './process.ts';
import { Resource } from './resource.ts';
import { Signal } from './signal.ts';
import { Simulation } from './simulation.ts';
import { NEVER } from './time.ts';

/** A simulation, and a log of what its processes say and when. */
function stage() {
  const sim = new Simulation();
  const log: string[] = [];
  const say = (text: string) => log.push(`${text} ${sim.now}`);
  function* sleeper(name: string, delay: number): Process<string> {
    try {
      say(`${name} starts`);
      yield sim.sleep(delay);
      say(`${name} wakes`);
      return name;
    } finally {
      say(`${name} leaves`);
    }
  }
  return { sim, log, say, sleeper };
}

describe('a process', () => {
  test('starts in its turn at the moment of spawning, sleeps, and returns', () => {
    const { sim, log, sleeper } = stage();
    const a = sim.spawn(sleeper('a', 5));
    const b = sim.spawn(sleeper('b', 3));
    expect(log).toEqual([]);
    sim.run(NEVER);
    expect(log).toEqual(['a starts 0', 'b starts 0', 'b wakes 3', 'b leaves 3', 'a wakes 5', 'a leaves 5']);
    expect([a.done, a.result, b.done, b.result]).toEqual([true, 'a', true, 'b']);
  });

  test('goes as deep as it likes by yield* and by call, with the same result', () => {
    const sim = new Simulation();
    function* nested(depth: number): Process<number> {
      yield sim.sleep(1);
      const below = depth === 0 ? 0 : yield* nested(depth - 1);
      yield sim.sleep(1);
      return below + depth;
    }
    function* called(depth: number): Process<number> {
      yield sim.sleep(1);
      const below = depth === 0 ? 0 : ((yield sim.call(called(depth - 1))) as number);
      yield sim.sleep(1);
      return below + depth;
    }
    const tasks = [sim.spawn(nested(50)), sim.spawn(called(50))];
    sim.run(101);
    expect(tasks.map(({ done }) => done)).toEqual([false, false]);
    sim.run(102);
    expect(tasks.map(({ result }) => result)).toEqual([1275, 1275]);
  });

  test('may call a process that does not wait, and mix both ways of calling', () => {
    const sim = new Simulation();
    const signal = new Signal<number>(sim);
    function* at_once(): Process<number> {
      return 7;
    }
    function* waiting(): Process<number> {
      const seven = (yield sim.call(at_once())) as number;
      return seven + (yield* signal.wait());
    }
    function* outer(): Process<number> {
      return ((yield sim.call(waiting())) as number) + ((yield sim.call(signal.wait())) as number);
    }
    const task = sim.spawn(outer());
    sim.after(5, () => signal.resolve(100));
    sim.run(NEVER);
    expect(task.result).toBe(207);
  });

  test('cannot yield without waiting, nor wait for two things, nor wait outside a process', () => {
    const sim = new Simulation();
    function* idle(): Process {
      yield undefined as never;
    }
    sim.spawn(idle());
    expect(() => sim.run(1)).toThrow('without waiting');

    const other = new Simulation();
    function* greedy(): Process {
      other.sleep(1);
      yield other.sleep(2);
    }
    other.spawn(greedy());
    expect(() => other.run(1)).toThrow('one thing');
    expect(() => sim.sleep(1)).toThrow('only a running process');
  });

  test('can be joined before and after its end, by many', () => {
    const { sim, log, say, sleeper } = stage();
    const task = sim.spawn(sleeper('a', 5));
    function* joiner(name: string, delay: number): Process {
      yield sim.sleep(delay);
      say(`${name} gets ${yield* task.join()}`);
    }
    for (const [name, delay] of [
      ['x', 1],
      ['y', 0],
      ['z', 9],
    ] as const)
      sim.spawn(joiner(name, delay));
    sim.run(NEVER);
    expect(log.slice(3)).toEqual(['y gets a 5', 'x gets a 5', 'z gets a 9']);
  });

  test('may itself be a wait', () => {
    const sim = new Simulation();
    const signal = new Signal<string>(sim);
    const task = sim.spawn(signal.wait());
    sim.after(3, () => signal.resolve('here'));
    sim.run(NEVER);
    expect(task.result).toBe('here');
  });
});

describe('kill', () => {
  test('runs finally at once and cancels the wake-up', () => {
    const { sim, log, sleeper } = stage();
    const task = sim.spawn(sleeper('a', 5));
    sim.at(2, () => task.kill());
    sim.run(NEVER);
    expect(log).toEqual(['a starts 0', 'a leaves 2']);
    expect([task.done, task.result, sim.pending, sim.now]).toEqual([true, undefined, 0, 2]);
  });

  test('runs the finally blocks of nested processes from the inside out', () => {
    const { sim, log, say, sleeper } = stage();
    function* outer(): Process {
      try {
        yield* sleeper('inner', 5);
      } finally {
        say('outer leaves');
      }
    }
    function* outermost(): Process {
      try {
        yield sim.call(outer());
      } finally {
        say('outermost leaves');
      }
    }
    const task = sim.spawn(outermost());
    sim.at(2, () => task.kill());
    sim.run(NEVER);
    expect(log).toEqual(['inner starts 0', 'inner leaves 2', 'outer leaves 2', 'outermost leaves 2']);
  });

  test('is harmless twice, after the end, and before the start', () => {
    const { sim, log, sleeper } = stage();
    const unborn = sim.spawn(sleeper('unborn', 5));
    unborn.kill();
    unborn.kill();
    const ended = sim.spawn(sleeper('a', 1));
    sim.run(10);
    ended.kill();
    expect(log).toEqual(['a starts 0', 'a wakes 1', 'a leaves 1']);
    expect([ended.result, unborn.done, sim.executed]).toEqual(['a', true, 2]);
  });

  test('of oneself takes effect at the next wait', () => {
    const { sim, log, say } = stage();
    let self: Task<void> | undefined;
    function* suicide(): Process {
      try {
        yield sim.sleep(1);
        self?.kill();
        say('still here');
        yield sim.sleep(1);
        say('never');
      } finally {
        say('gone');
      }
    }
    self = sim.spawn(suicide());
    sim.run(NEVER);
    expect(log).toEqual(['still here 1', 'gone 1']);
    expect([self.done, sim.pending]).toEqual([true, 0]);
  });

  test('of oneself in a nested process, or through another one killed, works too', () => {
    for (const how of ['yield*', 'call', 'through another'] as const) {
      const { sim, log, say } = stage();
      const killSelf = () => task.kill();
      function* victim(): Process {
        try {
          yield sim.sleep(100);
        } finally {
          killSelf();
        }
      }
      const other = sim.spawn(victim());
      function* inner(): Process {
        try {
          yield sim.sleep(1);
          if (how === 'through another') other.kill();
          else killSelf();
          yield sim.sleep(1);
        } finally {
          say('inner gone');
        }
      }
      function* outer(): Process {
        try {
          if (how === 'call') yield sim.call(inner());
          else yield* inner();
          say('never');
        } finally {
          say('outer gone');
        }
      }
      const task = sim.spawn(outer());
      sim.run(50);
      expect(log).toEqual(['inner gone 1', 'outer gone 1']);
      expect(task.done).toBe(true);
    }
  });

  test('lets a process that returns without another wait return', () => {
    const sim = new Simulation();
    function* last(): Process<string> {
      yield sim.sleep(1);
      task.kill();
      return 'done';
    }
    const task: Task<string> = sim.spawn(last());
    sim.run(NEVER);
    expect([task.done, task.result]).toEqual([true, 'done']);
  });

  test('wakes who joined, with nothing', () => {
    const { sim, log, say, sleeper } = stage();
    const task = sim.spawn(sleeper('a', 5));
    function* joiner(): Process {
      say(`got ${yield* task.join()}`);
    }
    sim.spawn(joiner());
    sim.at(2, () => task.kill());
    sim.run(NEVER);
    expect(log.at(-1)).toBe('got undefined 2');
  });

  test('does not let a finally block wait', () => {
    const sim = new Simulation();
    function* stubborn(): Process {
      try {
        yield sim.sleep(5);
      } finally {
        yield sim.sleep(1);
      }
    }
    const task = sim.spawn(stubborn());
    sim.run(1);
    expect(() => task.kill()).toThrow('only a running process can wait');
  });
});

describe('a scope', () => {
  test('kills its tasks in the order of spawning, and those alone', () => {
    const { sim, log, sleeper } = stage();
    const scope = new Scope(sim);
    scope.spawn(sleeper('a', 5));
    sim.spawn(sleeper('free', 5));
    scope.spawn(sleeper('b', 5));
    sim.at(1, () => scope.kill());
    sim.run(NEVER);
    expect(log.slice(3)).toEqual(['a leaves 1', 'b leaves 1', 'free wakes 5', 'free leaves 5']);
  });

  test('forgets tasks that ended', () => {
    const { sim, sleeper } = stage();
    const scope = new Scope(sim);
    for (let i = 1; i <= 10; i++) scope.spawn(sleeper('a', i));
    const sizes = [0, 4, 7, 20].map((time) => {
      sim.run(time);
      return scope.size;
    });
    expect(sizes).toEqual([10, 6, 3, 0]);
  });

  test('can be killed by one of its own tasks, also if finally blocks spawn more', () => {
    const { sim, log, say, sleeper } = stage();
    const scope = new Scope(sim);
    function* spawner(): Process {
      try {
        yield sim.sleep(9);
      } finally {
        scope.spawn(sleeper('late', 1));
      }
    }
    function* killer(): Process {
      try {
        yield sim.sleep(1);
        scope.kill();
        say('killer goes on');
        yield sim.sleep(1);
        say('never');
      } finally {
        say('killer leaves');
      }
    }
    scope.spawn(spawner());
    scope.spawn(killer());
    scope.spawn(sleeper('a', 9));
    sim.run(NEVER);
    expect(log).toEqual(['a starts 0', 'a leaves 1', 'killer goes on 1', 'killer leaves 1']);
    expect([scope.size, sim.pending]).toEqual([0, 0]);
  });

  test('can be used again after it was killed', () => {
    const { sim, log, sleeper } = stage();
    const scope = new Scope(sim);
    scope.spawn(sleeper('a', 5));
    sim.run(1);
    scope.kill();
    scope.spawn(sleeper('b', 5));
    sim.run(NEVER);
    expect(log.slice(2)).toEqual(['b starts 1', 'b wakes 6', 'b leaves 6']);
  });

  test('that dies lets its tasks give back what they hold', () => {
    const sim = new Simulation();
    const scope = new Scope(sim);
    const permits = new Resource(sim, 2);
    function* holder(): Process {
      yield* permits.acquire();
      try {
        yield sim.sleep(10);
      } finally {
        permits.release();
      }
    }
    for (let i = 0; i < 5; i++) scope.spawn(holder());
    sim.run(1);
    expect([permits.inUse, permits.waiting]).toEqual([2, 3]);
    scope.kill();
    sim.run(NEVER);
    expect([permits.inUse, permits.waiting, sim.pending]).toEqual([0, 0, 0]);
  });
});

describe('a scope that is held', () => {
  test('lets its processes go on when it is released, in the order in which they were due', () => {
    const { sim, log, say, sleeper } = stage();
    const scope = new Scope(sim);
    const tasks = [5, 3, 9].map((delay, i) => scope.spawn(sleeper('abc'[i] as string, delay)));
    sim.at(1, () => scope.hold());
    sim.at(4, () => scope.whenRunning(() => say('action')));
    sim.at(4, () => tasks.push(scope.spawn(sleeper('d', 0))));
    sim.at(8, () => scope.release());
    sim.run(7);
    expect(log).toEqual(['a starts 0', 'b starts 0', 'c starts 0']);
    sim.run(NEVER);
    expect(log.slice(3)).toEqual([
      ...['b wakes 8', 'b leaves 8', 'action 8', 'd starts 8', 'a wakes 8', 'a leaves 8'],
      ...['d wakes 8', 'd leaves 8', 'c wakes 9', 'c leaves 9'],
    ]);
    expect(tasks.every(({ done }) => done)).toBe(true);
  });

  test('lets time pass: waits with a limit end, and what was given is kept', () => {
    const sim = new Simulation();
    const scope = new Scope(sim);
    const resource = new Resource(sim, 1);
    const told: string[] = [];
    function* patient(name: string, limit: number): Process {
      const got = yield* resource.acquireUpTo(limit);
      told.push(`${name} ${got} ${sim.now}`);
    }
    resource.tryAcquire();
    scope.spawn(patient('short', 3));
    scope.spawn(patient('long', 9));
    sim.at(1, () => scope.hold());
    sim.at(5, () => resource.release());
    sim.at(20, () => scope.release());
    sim.run(NEVER);
    expect(told).toEqual(['short false 20', 'long true 20']);
    expect(resource.inUse).toBe(1);
  });

  test('can be killed: finally blocks run at every depth, and what was due does not happen', () => {
    const { sim, log, sleeper } = stage();
    const scope = new Scope(sim);
    function* outer(): Process {
      try {
        yield sim.call(sleeper('inner', 3));
      } finally {
        log.push('outer leaves');
      }
    }
    scope.spawn(outer());
    sim.at(1, () => {
      scope.hold();
      scope.whenRunning(() => log.push('never'));
    });
    sim.at(5, () => scope.kill());
    sim.at(6, () => scope.release());
    sim.run(NEVER);
    expect(log).toEqual(['inner starts 0', 'inner leaves 5', 'outer leaves']);
    expect(scope.size).toBe(0);
  });

  test('does not hold what is spawned beside', () => {
    const { sim, log, sleeper } = stage();
    const scope = new Scope(sim);
    scope.spawnBeside(sleeper('a', 5));
    scope.hold();
    scope.spawnBeside(sleeper('b', 5));
    scope.spawn(sleeper('c', 5));
    sim.run(100);
    expect(log).toEqual(['a starts 0', 'b starts 0', 'a wakes 5', 'a leaves 5', 'b wakes 5', 'b leaves 5']);
    scope.kill();
    expect(scope.size).toBe(0);
  });
});
