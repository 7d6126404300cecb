import type { Micros } from '../../kernel/time.ts';
import type { UpstreamHost } from '../upstream-host.ts';

/** Envoy's slow start with an aggression of 1: a new host's share grows in a straight line. */
export interface WarmUp {
  readonly duration: Micros;
  /** Of its full share, what it begins with, in percent. */
  readonly minimumPercent: number;
}

/** A host's weight at a moment: its own, less what it lacks of being warm. */
export function weightOf(host: UpstreamHost, warmUp: WarmUp | null, now: Micros): number {
  if (warmUp === null || warmUp.duration === 0) return host.weight;
  const share = Math.max((now - host.since) / warmUp.duration, warmUp.minimumPercent / 100);
  return host.weight * Math.min(1, share);
}

/** Whether all hosts weigh the same at a moment, which makes choosing simpler. */
export function weighAlike(hosts: readonly UpstreamHost[], warmUp: WarmUp | null, now: Micros): boolean {
  const first = weightOf(hosts[0]!, warmUp, now); // callers give at least one
  return hosts.every((host) => weightOf(host, warmUp, now) === first);
}
