import type { Micros } from '../kernel/time.ts';
import { ALLOWED, type Decision, type Limit, refusedFor } from './limit.ts';

/** Settings under the names of Envoy's `type.v3.TokenBucket`. */
export interface SteppedBucketSettings {
  /** Tokens at most, and at the start: at least 1. */
  readonly max_tokens: number;
  /** Tokens that each fill adds: at least 1. */
  readonly tokens_per_fill: number;
  readonly fill_interval: Micros;
}

/** Envoy's local rate limit: tokens come in whole fills, so nothing is added between two of them. */
export class SteppedBucket implements Limit {
  readonly #settings: SteppedBucketSettings;
  #tokens: number;
  #filledAt: Micros = 0;

  constructor(settings: SteppedBucketSettings) {
    this.#settings = settings;
    this.#tokens = settings.max_tokens;
  }

  ask(now: Micros): Decision {
    this.#fill(now);
    if (this.#tokens < 1) return refusedFor(this.#filledAt + this.#settings.fill_interval - now);
    this.#tokens--;
    return ALLOWED;
  }

  remaining(now: Micros): number {
    this.#fill(now);
    return this.#tokens;
  }

  reset(now: Micros): Micros {
    this.#fill(now);
    const { max_tokens, tokens_per_fill, fill_interval } = this.#settings;
    const fills = Math.ceil((max_tokens - this.#tokens) / tokens_per_fill);
    return fills === 0 ? 0 : this.#filledAt + fills * fill_interval - now;
  }

  #fill(now: Micros): void {
    const { max_tokens, tokens_per_fill, fill_interval } = this.#settings;
    const fills = Math.floor((now - this.#filledAt) / fill_interval);
    this.#filledAt += fills * fill_interval;
    this.#tokens = Math.min(max_tokens, this.#tokens + fills * tokens_per_fill);
  }
}
