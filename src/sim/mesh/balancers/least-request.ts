import type { UpstreamHost } from '../upstream-host.ts';
import type { Balancer } from './balancer.ts';
import { type WarmUp, weighAlike, weightOf } from './warm-up.ts';

/** Hosts that are looked at for one request. */
const CHOICES = 2;

/**
 * The less busy of two hosts drawn at random: the power of two choices.
 *
 * A host that fails fast is never busy, and so gets more than its share. With unequal weights a host is drawn by its
 * weight over its active requests, plus one. Source: Envoy's `least_request.proto`.
 */
export function leastRequest(warmUp: WarmUp | null): Balancer {
  return {
    pick(hosts, { draw, now }) {
      if (!weighAlike(hosts, warmUp, now)) {
        const weights = hosts.map((host) => weightOf(host, warmUp, now) / (host.active + 1));
        return drawn(hosts, weights, draw(0));
      }
      let best: UpstreamHost | undefined;
      for (let n = 0; n < CHOICES; n++) {
        const host = hosts[Math.floor(draw(n) * hosts.length)]!; // a draw is below 1
        if (best === undefined || host.active < best.active) best = host;
      }
      return best!; // there is at least one choice
    },
  };
}

/** The host that a draw from 0 to 1 falls on, each as wide as its weight. */
function drawn(hosts: readonly UpstreamHost[], weights: readonly number[], u: number): UpstreamHost {
  let left = u * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [at, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return hosts[at]!; // one weight a host
  }
  return hosts.at(-1)!; // rounding
}
