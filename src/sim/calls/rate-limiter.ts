import type { Process } from '../kernel/process.ts';
import type { Simulation } from '../kernel/simulation.ts';
import type { Micros } from '../kernel/time.ts';

interface Settings {
  readonly limitForPeriod: number;
  readonly limitRefreshPeriod: Micros;
  readonly timeoutDuration: Micros;
}

/** resilience4j's RateLimiter: so many permissions in each period; who gets none waits for a later period, or not at all. */
export class RateLimiter {
  readonly #sim: Simulation;
  readonly #settings: Settings;
  #period = 0;
  /** Permissions left in that period; below zero, those of later periods are reserved. */
  #left: number;

  constructor(sim: Simulation, settings: Settings) {
    this.#sim = sim;
    this.#settings = settings;
    this.#left = settings.limitForPeriod;
  }

  /** Waits for a permission; false where none comes within the time-out. */
  *permit(): Process<boolean> {
    const { limitForPeriod, limitRefreshPeriod, timeoutDuration } = this.#settings;
    const period = Math.floor(this.#sim.now / limitRefreshPeriod);
    this.#left = Math.min(limitForPeriod, this.#left + (period - this.#period) * limitForPeriod);
    this.#period = period;
    if (this.#left >= 1) {
      this.#left--;
      return true;
    }
    const periods = 1 + Math.floor(-this.#left / limitForPeriod);
    const wait = (period + periods) * limitRefreshPeriod - this.#sim.now;
    if (wait > timeoutDuration) return false;
    this.#left--;
    yield this.#sim.sleep(wait);
    return true;
  }
}
