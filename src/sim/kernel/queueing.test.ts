import { expect, test } from 'vitest';
import { type DistributionSpec, meanOf, sampler } from './distribution.ts';
import { Luck, type Stream } from './luck.ts';
import type { Process } from './process.ts';
import { Resource } from './resource.ts';
import { Simulation } from './simulation.ts';
import { type Micros, NEVER, seconds } from './time.ts';

/** The mean service time: long against a microsecond, so that rounding does not show. */
const UNIT = seconds(1);
const WARM_UP = 2_000;
const CUSTOMERS = 20_000;
const REPLICATIONS = 24;
/** Student's t for 23 degrees of freedom: a right model misses its interval once in a thousand seeds. */
const T_999 = 3.768;

interface Station {
  readonly servers: number;
  readonly load: number;
  readonly service: DistributionSpec;
  /** Customers that fit, waiting or in service. */
  readonly room?: number;
}

/** One replication of a station that starts empty, serves all its customers and ends empty. */
class Replication {
  readonly sim = new Simulation();
  readonly #servers: Resource;
  readonly #service: Stream;
  readonly #serviceTime: (u: number) => number;
  readonly #room: number;
  #inside = 0;
  #changed: Micros = 0;
  /** Sums over all customers, in whole microseconds. */
  area = 0;
  sojourns = 0;
  /** Sums over the customers after the warm-up. */
  waits = 0;
  served = 0;
  refused = 0;

  constructor(station: Station, replication: number) {
    const luck = new Luck(`queueing/${replication}`);
    this.#service = luck.stream('service');
    this.#serviceTime = sampler(station.service);
    this.#servers = new Resource(this.sim, station.servers);
    this.#room = station.room ?? Number.POSITIVE_INFINITY;
    const gap = meanOf(station.service) / station.load / station.servers;
    this.sim.spawn(this.#arrivals(luck.stream('arrival'), sampler({ kind: 'exponential', mean: gap })));
    this.sim.run(NEVER);
  }

  /** N(t) changes by one: adds the area under it since it last changed. */
  #step(by: 1 | -1): void {
    this.area += this.#inside * (this.sim.now - this.#changed);
    this.#changed = this.sim.now;
    this.#inside += by;
  }

  *#arrivals(stream: Stream, gap: (u: number) => number): Process {
    for (let id = 0; id < WARM_UP + CUSTOMERS; id++) {
      yield this.sim.sleep(gap(stream.uniform(id)));
      if (this.#inside < this.#room) this.sim.spawn(this.#customer(id));
      else if (id >= WARM_UP) this.refused++;
    }
  }

  *#customer(id: number): Process {
    const came = this.sim.now;
    this.#step(1);
    yield* this.#servers.acquire();
    if (id >= WARM_UP) {
      this.waits += this.sim.now - came;
      this.served++;
    }
    yield this.sim.sleep(this.#serviceTime(this.#service.uniform(id)));
    this.#servers.release();
    this.#step(-1);
    this.sojourns += this.sim.now - came;
  }
}

/** Expects the mean over the replications within its confidence interval, and that to be narrow. */
function expectMean(
  station: Station,
  measure: (one: Replication) => number,
  theory: number,
  narrow: number,
): void {
  const values = Array.from({ length: REPLICATIONS }, (_, i) => measure(new Replication(station, i)));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const halfWidth = T_999 * Math.sqrt(variance / values.length);
  expect(Math.abs(mean - theory), `mean ${mean}, theory ${theory}`).toBeLessThan(halfWidth);
  expect(halfWidth / theory, 'the interval is too wide to tell anything').toBeLessThan(narrow);
}

const meanWait = (one: Replication) => one.waits / one.served / UNIT;
const exponential: DistributionSpec = { kind: 'exponential', mean: UNIT };

/** P(wait) in M/M/c with `a` servers' worth of work: Erlang's C formula, from his B by recursion. */
function erlangC(servers: number, a: number): number {
  let blocked = 1;
  for (let c = 1; c <= servers; c++) blocked = (a * blocked) / (c + a * blocked);
  return blocked / (1 - (a / servers) * (1 - blocked));
}

test('M/M/1: customers wait rho / (1 - rho) services', () => {
  expectMean({ servers: 1, load: 0.7, service: exponential }, meanWait, 0.7 / 0.3, 0.06);
});

test("M/M/c: customers wait as long as Erlang's C formula says", () => {
  const [servers, load] = [4, 0.8];
  const theory = erlangC(servers, servers * load) / (servers * (1 - load));
  expectMean({ servers, load, service: exponential }, meanWait, theory, 0.1);
});

test('M/G/1: customers wait as long as Pollaczek and Khinchine say', () => {
  const sigma = 0.8;
  const service: DistributionSpec = { kind: 'lognormal', median: UNIT * Math.exp(-(sigma ** 2) / 2), sigma };
  const theory = (0.6 * Math.exp(sigma ** 2)) / (2 * (1 - 0.6)); // the mean is 1 unit, so E[S^2] is exp(sigma^2)
  expectMean({ servers: 1, load: 0.6, service }, meanWait, theory, 0.06);
});

test('M/D/1: customers wait half as long as in M/M/1', () => {
  const service: DistributionSpec = { kind: 'constant', value: UNIT };
  expectMean({ servers: 1, load: 0.7, service }, meanWait, 0.7 / 0.3 / 2, 0.04);
});

test('M/M/c/K: as many are refused as find the room full', () => {
  const [servers, load, room] = [2, 0.9, 6];
  const a = servers * load;
  const weights = [1];
  for (let n = 1; n <= room; n++) weights.push((weights.at(-1)! * a) / Math.min(n, servers));
  const full = weights.at(-1)! / weights.reduce((sum, weight) => sum + weight, 0);
  const refused = (one: Replication) => one.refused / (one.refused + one.served);
  expectMean({ servers, load, room, service: exponential }, refused, full, 0.05);
});

test("Little's law holds to the last microsecond", () => {
  for (const servers of [1, 3]) {
    const one = new Replication({ servers, load: 0.9, service: exponential }, 1);
    expect(one.area).toBe(one.sojourns);
    expect(one.area).toBeGreaterThan(WARM_UP * UNIT);
    expect(Number.isSafeInteger(one.area)).toBe(true);
  }
});
