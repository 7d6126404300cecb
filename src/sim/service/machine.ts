import { type Micros, seconds } from '../kernel/time.ts';
import type { Unreachable } from '../net/network.ts';
import type { System } from '../system.ts';
import type { Replica } from './replica.ts';

/** So long a cluster waits for a machine that is silent before it takes its instances off the lists (`node-monitor-grace-period`). */
const NODE_GRACE: Micros = seconds(50);

/** The machine under a replica, which can go off without a word: lists name the replica until its silence is noticed. */
export class Machine {
  readonly #system: System;
  readonly #replica: Replica;
  #missed = false;

  constructor(system: System, replica: Replica) {
    this.#system = system;
    this.#replica = replica;
  }

  /** It is off, and nobody has noticed. */
  get missed(): boolean {
    return this.#missed;
  }

  switchOff(how: Unreachable): void {
    const replica = this.#replica;
    replica.end.off = how;
    this.#missed = replica.ready;
    const { startedAt } = replica;
    this.#system.sim.after(NODE_GRACE, () => {
      if (replica.end.off === null || replica.startedAt !== startedAt) return;
      this.#missed = false;
      this.#system.told(replica);
    });
  }

  switchOn(): void {
    this.#replica.end.off = null;
    this.#missed = false;
  }
}
