import type { UpstreamHost } from '../upstream-host.ts';
import type { Balancer, Choice } from './balancer.ts';
import { type WarmUp, weightOf } from './warm-up.ts';

/**
 * One after the other; a host of twice the weight gets twice its turns.
 *
 * Each turn goes to the host whose next deadline comes first, and moves that by one over its weight, as Envoy's
 * scheduler of earliest deadlines does.
 */
export class RoundRobin implements Balancer {
  readonly #warmUp: WarmUp | null;
  readonly #deadlines = new Map<UpstreamHost, number>();
  /** The deadline of the last turn: where a newcomer begins. */
  #clock = 0;

  constructor(warmUp: WarmUp | null) {
    this.#warmUp = warmUp;
  }

  pick(hosts: readonly UpstreamHost[], { now }: Choice): UpstreamHost {
    let best = hosts[0]!; // callers give at least one
    let earliest = Number.POSITIVE_INFINITY;
    for (const host of hosts) {
      const deadline = this.#deadlineOf(host, now);
      if (deadline < earliest) {
        best = host;
        earliest = deadline;
      }
    }
    this.#clock = earliest;
    this.#deadlines.set(best, earliest + 1 / weightOf(best, this.#warmUp, now));
    return best;
  }

  #deadlineOf(host: UpstreamHost, now: number): number {
    const known = this.#deadlines.get(host);
    // Who was away has no turns saved up.
    const deadline = Math.max(known ?? this.#clock + 1 / weightOf(host, this.#warmUp, now), this.#clock);
    if (deadline !== known) this.#deadlines.set(host, deadline);
    return deadline;
  }
}
