import { exp } from '../../kernel/exact-math.ts';
import type { Micros } from '../../kernel/time.ts';
import type { UpstreamHost } from '../upstream-host.ts';
import type { Balancer } from './balancer.ts';

/** Linkerd's defaults: what a host that was never asked is taken to need, and how fast the past fades. */
const DEFAULT_RTT: Micros = 30_000;
const DECAY: Micros = 10_000_000;

/**
 * The cheaper of two hosts drawn at random, where the cost is the recent latency times the requests in progress.
 *
 * A peak counts at once and fades in ten seconds. Source: Linkerd's balancer, after Finagle and tower.
 */
export const peakEwma: Balancer = {
  pick(hosts, { draw, now }) {
    const one = hosts[Math.floor(draw(0) * hosts.length)]!; // a draw is below 1
    const other = hosts[Math.floor(draw(1) * hosts.length)]!;
    return costOf(other, now) < costOf(one, now) ? other : one;
  },
};

function costOf(host: UpstreamHost, now: Micros): number {
  const { latency, active } = host;
  const faded = latency === undefined ? DEFAULT_RTT : latency.ewma * fading(now - latency.at);
  return faded * (active + 1);
}

/** Takes in how long an answer took. */
export function observeLatency(host: UpstreamHost, took: Micros, now: Micros): void {
  const { latency } = host;
  if (latency === undefined || took > latency.ewma) {
    host.latency = { ewma: took, at: now };
    return;
  }
  const share = fading(now - latency.at);
  host.latency = { ewma: latency.ewma * share + took * (1 - share), at: now };
}

const fading = (age: Micros): number => exp(-age / DECAY);
