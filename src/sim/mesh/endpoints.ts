import type { Simulation } from '../kernel/simulation.ts';
import type { Micros } from '../kernel/time.ts';
import type { Replica } from '../service/replica.ts';
import type { Service } from '../service/service.ts';

/** What the control plane has told all sidecars about the instances of one service. It lags behind the truth. */
export class Endpoints {
  readonly #sim: Simulation;
  readonly #service: Service;
  readonly #propagation: () => Micros;
  #known: readonly Replica[];
  #version = 0;
  /** Until when nothing new is told, as when the control plane is down. */
  #frozenUntil: Micros = 0;
  #withheld: (() => void) | null = null;

  constructor(sim: Simulation, service: Service, propagation: () => Micros) {
    this.#sim = sim;
    this.#service = service;
    this.#propagation = propagation;
    this.#known = ready(service);
  }

  /** Rises with each change that has been told. */
  get version(): number {
    return this.#version;
  }

  get replicas(): readonly Replica[] {
    return this.#known;
  }

  /** An instance came, died or left. Sidecars hear of it later. */
  changed(): void {
    if (this.#sim.now < this.#frozenUntil) this.#withheld?.();
    this.#sim.after(Math.max(this.#propagation(), this.#frozenUntil - this.#sim.now), () => this.#tell());
  }

  /** Sidecars go on with what they know until a moment; then they are told everything. `withheld` hears of what they miss. */
  freeze(until: Micros, withheld: () => void): void {
    this.#withheld = withheld;
    this.#frozenUntil = Math.max(this.#frozenUntil, until);
  }

  #tell(): void {
    if (this.#sim.now < this.#frozenUntil) {
      this.#sim.at(this.#frozenUntil, () => this.#tell());
      return;
    }
    const now = ready(this.#service);
    const same = now.length === this.#known.length && now.every((replica, at) => replica === this.#known[at]);
    if (same) return;
    this.#known = now;
    this.#version++;
  }
}

const ready = (service: Service): readonly Replica[] => service.replicas.filter(({ up }) => up);
