import type { Micros } from '../kernel/time.ts';
import type { Replica } from '../service/replica.ts';
import type { System } from '../system.ts';

/**
 * The heartbeats of the instances of one service, each at moments of its own: a process that runs sends them, whatever
 * becomes of the requests it has.
 */
export class Heartbeats {
  readonly #system: System;
  readonly #interval: Micros;
  readonly #beat: (replica: Replica) => void;
  readonly #known = new Set<Replica>();
  #stopped = false;

  constructor(system: System, interval: Micros, beat: (replica: Replica) => void) {
    this.#system = system;
    this.#interval = interval;
    this.#beat = beat;
  }

  /** Begins those of an instance, somewhere within an interval. */
  begin(replica: Replica): void {
    if (this.#known.has(replica)) return;
    this.#known.add(replica);
    const phase = this.#system.luck.stream(`heartbeat/${replica.name.text}`).uniform(0);
    this.#system.sim.after(Math.floor(phase * this.#interval), () => this.#next(replica));
  }

  /** The registry is given up. */
  stop(): void {
    this.#stopped = true;
  }

  #next(replica: Replica): void {
    if (this.#stopped) return;
    if (replica.up && !replica.scope.held) this.#beat(replica);
    this.#system.sim.after(this.#interval, () => this.#next(replica));
  }
}
