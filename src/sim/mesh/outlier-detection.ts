import { sqrt } from '../kernel/exact-math.ts';
import type { Micros } from '../kernel/time.ts';
import type { UpstreamHost } from './upstream-host.ts';

/** Envoy's outlier detection, as the proxy needs it. */
export interface OutlierDetection {
  /** 0: not looked at. The same for the next two. */
  readonly consecutive5xx: number;
  readonly consecutiveGatewayFailure: number;
  readonly consecutiveLocalOriginFailure: number;
  readonly splitExternalLocalOriginErrors: boolean;
  readonly interval: Micros;
  readonly baseEjectionTime: Micros;
  readonly maxEjectionTime: Micros;
  readonly maxEjectionPercent: number;
  readonly alwaysEjectOneHost: boolean;
  /** Thousandths of a standard deviation; 0: success rates are not compared. */
  readonly successRateStdevFactor: number;
  readonly successRateMinimumHosts: number;
  readonly successRateRequestVolume: number;
}

export type EjectionReason =
  | 'consecutive 5xx'
  | 'consecutive gateway errors'
  | 'consecutive local origin failures'
  | 'success rate';

/** Told of what the detector does. */
export interface OutlierObserver {
  /** A host is out, for at least `time`. */
  ejected(host: UpstreamHost, reason: EjectionReason, time: Micros): void;
  /** A host should go, but too many are out already (Envoy counts `ejections_overflow`). */
  overflowed(host: UpstreamHost, reason: EjectionReason): void;
  returned(host: UpstreamHost): void;
}

/** What the detector knows of one host. */
interface Monitor {
  fivexx: number;
  gateway: number;
  local: number;
  requests: number;
  successes: number;
  /** How often in a row it was ejected; healthy sweeps lower it. */
  multiplier: number;
  ejectedAt: Micros;
}

/** Whether one more of `hosts` may be ejected. Source: Envoy, `outlier_detection_impl.cc`, `ejectHost`. */
export function mayEject(
  hosts: number,
  ejected: number,
  {
    maxEjectionPercent,
    alwaysEjectOneHost,
  }: Pick<OutlierDetection, 'maxEjectionPercent' | 'alwaysEjectOneHost'>,
): boolean {
  if (alwaysEjectOneHost && ejected === 0) return true;
  return 100 * (ejected + 1) <= maxEjectionPercent * hosts;
}

/** How long a host is out that was ejected so often in a row. */
export function ejectionTime(
  ejection: number,
  { baseEjectionTime, maxEjectionTime }: Pick<OutlierDetection, 'baseEjectionTime' | 'maxEjectionTime'>,
): Micros {
  return Math.min(baseEjectionTime * ejection, Math.max(maxEjectionTime, baseEjectionTime));
}

/** The success rate, in percent, below which a host is an outlier among others: mean - factor * deviation. */
export function successRateThreshold(rates: readonly number[], factor: number): number {
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) * (rate - mean), 0) / rates.length;
  return mean - factor * sqrt(variance);
}

/** Watches the answers that one proxy gets from the hosts of one destination. Other proxies may think otherwise. */
export class OutlierDetector {
  readonly #settings: OutlierDetection;
  readonly #observer: OutlierObserver;
  readonly #now: () => Micros;
  readonly #monitors = new Map<UpstreamHost, Monitor>();
  #hosts: readonly UpstreamHost[] = [];

  constructor(settings: OutlierDetection, observer: OutlierObserver, now: () => Micros) {
    this.#settings = settings;
    this.#observer = observer;
    this.#now = now;
  }

  /** The hosts there are now; one that left is forgotten. */
  set hosts(hosts: readonly UpstreamHost[]) {
    this.#hosts = hosts;
    const here = new Set(hosts);
    for (const host of [...this.#monitors.keys()]) if (!here.has(host)) this.#monitors.delete(host);
  }

  /** Hosts that are out. */
  get ejected(): number {
    let ejected = 0;
    for (const host of this.#hosts) if (host.ejected) ejected++;
    return ejected;
  }

  /** Whether a sweep could change anything: somebody is out, was out, or has answered since the last one. */
  get restless(): boolean {
    for (const { multiplier, requests } of this.#monitors.values())
      if (multiplier > 0 || (requests > 0 && this.#settings.successRateStdevFactor > 0)) return true;
    return this.ejected > 0;
  }

  /** A host has answered with this status, or what its silence stands for: 504 for a timeout, 503 for no connection. */
  answered(host: UpstreamHost, status: number, localOrigin: boolean): void {
    const monitor = this.#monitorOf(host);
    const { splitExternalLocalOriginErrors: split } = this.#settings;
    monitor.requests++;
    if (split && localOrigin) {
      this.#counted(host, monitor, 'local', this.#settings.consecutiveLocalOriginFailure);
      return;
    }
    monitor.local = 0;
    if (status < 500) {
      monitor.successes++;
      monitor.fivexx = 0;
      monitor.gateway = 0;
      return;
    }
    if (status >= 502 && status <= 504)
      this.#counted(host, monitor, 'gateway', this.#settings.consecutiveGatewayFailure);
    else monitor.gateway = 0;
    this.#counted(host, monitor, 'fivexx', this.#settings.consecutive5xx);
  }

  /** What Envoy does each interval: takes hosts back whose time is over, then compares success rates. */
  sweep(): void {
    for (const host of this.#hosts) this.#reconsider(host, this.#monitorOf(host));
    this.#compare();
    for (const monitor of this.#monitors.values()) {
      monitor.requests = 0;
      monitor.successes = 0;
    }
  }

  #monitorOf(host: UpstreamHost): Monitor {
    const known = this.#monitors.get(host);
    if (known) return known;
    const fresh: Monitor = {
      fivexx: 0,
      gateway: 0,
      local: 0,
      requests: 0,
      successes: 0,
      multiplier: 0,
      ejectedAt: 0,
    };
    this.#monitors.set(host, fresh);
    return fresh;
  }

  #counted(host: UpstreamHost, monitor: Monitor, count: keyof typeof REASONS, limit: number): void {
    monitor[count]++;
    if (limit === 0 || monitor[count] < limit) return;
    monitor[count] = 0;
    this.#eject(host, monitor, REASONS[count]);
  }

  #eject(host: UpstreamHost, monitor: Monitor, reason: EjectionReason): void {
    if (host.ejected) return;
    if (!mayEject(this.#hosts.length, this.ejected, this.#settings)) {
      this.#observer.overflowed(host, reason);
      return;
    }
    const { baseEjectionTime, maxEjectionTime } = this.#settings;
    if (monitor.multiplier * baseEjectionTime < maxEjectionTime + baseEjectionTime) monitor.multiplier++;
    host.ejected = true;
    monitor.ejectedAt = this.#now();
    this.#observer.ejected(host, reason, ejectionTime(monitor.multiplier, this.#settings));
  }

  #reconsider(host: UpstreamHost, monitor: Monitor): void {
    if (!host.ejected) {
      if (monitor.multiplier > 0) monitor.multiplier--;
      return;
    }
    if (this.#now() - monitor.ejectedAt < ejectionTime(monitor.multiplier, this.#settings)) return;
    host.ejected = false;
    monitor.fivexx = 0;
    monitor.gateway = 0;
    monitor.local = 0;
    this.#observer.returned(host);
  }

  /** Ejects hosts that do clearly worse than the rest. */
  #compare(): void {
    const { successRateStdevFactor, successRateMinimumHosts, successRateRequestVolume } = this.#settings;
    if (successRateStdevFactor === 0) return;
    const rated = this.#hosts.flatMap((host) => {
      const monitor = this.#monitorOf(host);
      const { requests, successes } = monitor;
      if (host.ejected || requests === 0 || requests < successRateRequestVolume) return [];
      return [{ host, monitor, rate: (100 * successes) / requests }];
    });
    if (rated.length === 0 || rated.length < successRateMinimumHosts) return;
    const threshold = successRateThreshold(
      rated.map(({ rate }) => rate),
      successRateStdevFactor / 1_000,
    );
    for (const { host, monitor, rate } of rated)
      if (rate < threshold) this.#eject(host, monitor, 'success rate');
  }
}

const REASONS = {
  fivexx: 'consecutive 5xx',
  gateway: 'consecutive gateway errors',
  local: 'consecutive local origin failures',
} as const satisfies Record<string, EjectionReason>;
