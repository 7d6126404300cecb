import { type Sampler, sampler } from '../kernel/distribution.ts';
import type { Stream } from '../kernel/luck.ts';
import { type Micros, NEVER } from '../kernel/time.ts';

/** A stretch in which a client's arrivals come `x` times as fast. */
export interface Surge {
  readonly from: Micros;
  readonly to: Micros;
  readonly x: number;
}

/**
 * Poisson arrivals whose rate may change: each gap is drawn at the usual rate and used up faster during a surge, so
 * the luck of the n-th arrival is the same with and without it.
 */
export class Arrivals {
  readonly #stream: Stream;
  readonly #surges: Surge[] = [];
  #gap: Sampler;

  /** `rate` in arrivals per second. */
  constructor(stream: Stream, rate: number) {
    this.#stream = stream;
    this.#gap = sampler({ kind: 'exponential', mean: 1_000_000 / rate });
  }

  set rate(rate: number) {
    this.#gap = sampler({ kind: 'exponential', mean: 1_000_000 / rate });
  }

  surge(surge: Surge): void {
    this.#surges.push(surge);
  }

  /** Time at the usual rate between arrival `index` - 1 and arrival `index`, from 1. */
  gapBefore(index: number): number {
    return this.#gap(this.#stream.uniform(index));
  }

  /** When a gap that begins at `from` is used up, and the part of it left at `until` if that comes first. */
  passes(from: Micros, gap: number): Micros {
    let left = gap;
    let now = from;
    for (;;) {
      const change = this.#nextChange(now);
      const factor = this.#factor(now);
      const needed = factor > 0 ? left / factor : NEVER;
      if (now + needed <= change) return Math.round(now + needed);
      if (change === NEVER) return NEVER;
      left -= (change - now) * factor;
      now = change;
    }
  }

  /** What is left at `now` of a gap that began at `from`. */
  leftOf(gap: number, from: Micros, now: Micros): number {
    let left = gap;
    for (let time = from; time < now; ) {
      const change = Math.min(this.#nextChange(time), now);
      left -= (change - time) * this.#factor(time);
      time = change;
    }
    return Math.max(0, left);
  }

  #factor(now: Micros): number {
    let factor = 1;
    for (const { from, to, x } of this.#surges) if (now >= from && now < to) factor *= x;
    return factor;
  }

  #nextChange(now: Micros): Micros {
    let next: Micros = NEVER;
    for (const { from, to } of this.#surges) {
      if (from > now) next = Math.min(next, from);
      if (to > now) next = Math.min(next, to);
    }
    return next;
  }
}
