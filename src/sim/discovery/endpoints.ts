import type { Simulation } from '../kernel/simulation.ts';
import type { Micros } from '../kernel/time.ts';

/** What a control plane has told everybody about the instances of one service. It lags behind the truth. */
export class Endpoints<T> {
  readonly #sim: Simulation;
  readonly #truth: () => readonly T[];
  readonly #propagation: () => Micros;
  #known: readonly T[];
  #version = 0;
  /** Until when nothing new is told, as when the control plane is down. */
  #frozenUntil: Micros = 0;
  #withheld: (() => void) | null = null;

  /** `truth`: the instances that take requests now. */
  constructor(sim: Simulation, truth: () => readonly T[], propagation: () => Micros) {
    this.#sim = sim;
    this.#truth = truth;
    this.#propagation = propagation;
    this.#known = truth();
  }

  /** Rises with each change that has been told. */
  get version(): number {
    return this.#version;
  }

  get known(): readonly T[] {
    return this.#known;
  }

  /** An instance came, died or left. Others hear of it later. */
  changed(): void {
    if (this.#sim.now < this.#frozenUntil) this.#withheld?.();
    const then = this.#truth();
    this.#sim.after(Math.max(this.#propagation(), this.#frozenUntil - this.#sim.now), () => this.#tell(then));
  }

  /** Everybody goes on with what they know until a moment; then they are told everything. `withheld` hears of what they miss. */
  freeze(until: Micros, withheld: () => void): void {
    this.#withheld = withheld;
    this.#frozenUntil = Math.max(this.#frozenUntil, until);
  }

  #tell(instances: readonly T[]): void {
    if (this.#sim.now < this.#frozenUntil) {
      this.#sim.at(this.#frozenUntil, () => this.#tell(this.#truth()));
      return;
    }
    const before = this.#known;
    const same = instances.length === before.length && instances.every((one, at) => one === before[at]);
    if (same) return;
    this.#known = instances;
    this.#version++;
  }
}
