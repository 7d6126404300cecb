import type { Micros } from '../kernel/time.ts';
import { tableOf } from '../machine-table.ts';
import type { BreakerSettings } from '../world/schema/calls.ts';
import { type BreakerEvent, type BreakerState, breakerMachine } from './breaker.machine.ts';

const MACHINE = tableOf<BreakerState, BreakerEvent>(breakerMachine);

/**
 * resilience4j's circuit breaker over a count-based window.
 *
 * The rate is unknown below min(minimumNumberOfCalls, slidingWindowSize) calls; at or above the threshold it opens. Half-open
 * lets a fixed number of probes through, and their rate decides (CircuitBreakerMetrics, CircuitBreakerStateMachine).
 */
export class CircuitBreaker {
  readonly #settings: BreakerSettings;
  readonly #now: () => Micros;
  readonly #changed: (state: BreakerState, failures: number) => void;
  #state: BreakerState = MACHINE.initial;
  /** The window: 1 where the call failed. */
  #window: Uint8Array;
  #at = 0;
  #calls = 0;
  #failures = 0;
  #row = 0;
  #openedAt: Micros = 0;
  #probesSent = 0;

  constructor(
    settings: BreakerSettings,
    now: () => Micros,
    changed: (state: BreakerState, failures: number) => void,
  ) {
    this.#settings = settings;
    this.#now = now;
    this.#changed = changed;
    this.#window = new Uint8Array(settings.slidingWindowSize);
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Asks leave for one call; each leave must be answered by `report` or `cancel`. */
  allows(): boolean {
    if (this.#state === 'closed') return true;
    if (this.#state === 'open') {
      if (this.#now() - this.#openedAt < this.#settings.waitDurationInOpenState) return false;
      this.#go('cool');
    }
    if (this.#probesSent >= this.#settings.permittedNumberOfCallsInHalfOpenState) return false;
    this.#probesSent++;
    return true;
  }

  /** A call that had leave was not made after all. */
  cancel(): void {
    if (this.#state === 'half-open') this.#probesSent--;
  }

  /** How a call that had leave ended. */
  report(ok: boolean): void {
    if (this.#state === 'open') return;
    this.#count(ok);
    const { failureRateThreshold, minimumNumberOfCalls, consecutive, permittedNumberOfCallsInHalfOpenState } =
      this.#settings;
    if (this.#state === 'half-open') {
      const needed = Math.min(minimumNumberOfCalls, permittedNumberOfCallsInHalfOpenState);
      if (this.#calls < needed) return;
      this.#go(this.#failures * 100 >= failureRateThreshold * this.#calls ? 'relapse' : 'recover');
      return;
    }
    if (consecutive !== null) {
      if (this.#row >= consecutive) this.#go('trip');
      return;
    }
    const enough = this.#calls >= Math.min(minimumNumberOfCalls, this.#window.length);
    if (enough && this.#failures * 100 >= failureRateThreshold * this.#calls) this.#go('trip');
  }

  #count(ok: boolean): void {
    const place = this.#at % this.#window.length;
    if (this.#at >= this.#window.length) this.#failures -= this.#window[place] as number;
    else this.#calls++;
    this.#window[place] = ok ? 0 : 1;
    this.#at++;
    this.#failures += ok ? 0 : 1;
    this.#row = ok ? 0 : this.#row + 1;
  }

  #go(event: BreakerEvent): void {
    const failures = this.#failures;
    this.#state = MACHINE.next(this.#state, event);
    const size =
      this.#state === 'half-open'
        ? this.#settings.permittedNumberOfCallsInHalfOpenState
        : this.#settings.slidingWindowSize;
    this.#window = new Uint8Array(size);
    this.#at = 0;
    this.#calls = 0;
    this.#failures = 0;
    this.#row = 0;
    this.#probesSent = 0;
    if (this.#state === 'open') this.#openedAt = this.#now();
    this.#changed(this.#state, failures);
  }
}
