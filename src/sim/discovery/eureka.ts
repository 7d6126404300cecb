import type { Host } from '../flow/host.ts';
import { type Micros, ms, seconds } from '../kernel/time.ts';
import { Name, NONE } from '../recorder.ts';
import type { Replica } from '../service/replica.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import type { EurekaSettings } from '../world/schema/discovery.ts';
import type { Address } from './address.ts';
import { type Finder, KnownList } from './directory.ts';
import { Registry } from './registry.ts';

/** Heartbeats are counted over the last minute. */
const MINUTE: Micros = seconds(60);

/** A caller's copy of the registry, fetched anew at an interval of its own. */
class Copy extends KnownList {
  #stopped = false;

  constructor(
    system: System,
    caller: Host,
    service: string,
    interval: Micros,
    fetch: () => readonly Address[],
  ) {
    super(system, caller, service);
    const again = () => {
      if (this.#stopped) return;
      this.learn(fetch());
      system.sim.after(interval, again);
    };
    this.learn(fetch(), true);
    const phase = system.luck.stream(`registry-fetch/${service}`).uniform(caller.name.hash);
    system.sim.after(Math.floor(phase * interval), again);
  }

  override stop(): void {
    this.#stopped = true;
  }
}

/**
 * Netflix's Eureka: leases that a sweep takes away, a copy of the registry for those who ask, and self-preservation.
 *
 * A lease lasts twice as long as its setting says: `renew` already adds the duration that `isExpired` adds again. A sweep
 * takes no more than a share of the registry, and nothing at all while too few heartbeats come. Source: Lease.java,
 * AbstractInstanceRegistry.java, PeerAwareInstanceRegistryImpl.java.
 */
export class Eureka extends Registry {
  readonly #settings: EurekaSettings;
  readonly #place: Name;
  #given: readonly Address[] = [];
  #givenAnew = false;
  #beats: Micros[] = [];
  #preserves = false;
  #stopped = false;

  constructor(system: System, service: Service, settings: EurekaSettings) {
    super(system, service, seconds(settings.leaseRenewalIntervalInSeconds));
    this.#settings = settings;
    this.#place = new Name(service.name);
  }

  override start(): void {
    super.start();
    this.#given = this.registered;
    this.#sweepLater();
  }

  override stop(): void {
    super.stop();
    this.#stopped = true;
  }

  finderFor(caller: Host): Finder {
    const interval = seconds(this.#settings.registryFetchIntervalSeconds);
    return new Copy(this.system, caller, this.service.name, interval, () => this.#given);
  }

  /** What callers are given follows at the next multiple of its interval. */
  protected update(): void {
    if (this.#givenAnew) return;
    this.#givenAnew = true;
    const { sim } = this.system;
    const interval = ms(this.#settings.responseCacheUpdateIntervalMs);
    sim.after(interval - (sim.now % interval), () => {
      this.#givenAnew = false;
      this.#given = this.registered;
    });
  }

  protected renew(_replica: Replica): void {
    this.#beats.push(this.system.sim.now);
  }

  #sweepLater(): void {
    this.system.sim.after(ms(this.#settings.evictionIntervalTimerInMs), () => {
      if (this.#stopped) return;
      this.#sweep();
      this.#sweepLater();
    });
  }

  #sweep(): void {
    const { now } = this.system.sim;
    const { leaseExpirationDurationInSeconds, renewalPercentThreshold } = this.#settings;
    const duration = seconds(leaseExpirationDurationInSeconds);
    const over = [...this.leases]
      .filter(([, { renewedAt, renewed }]) => now > renewedAt + duration * (renewed ? 2 : 1))
      .map(([replica]) => replica);
    this.#beats = this.#beats.filter((at) => at > now - MINUTE);
    if (this.#preserved(over.length)) return;
    const size = this.leases.size;
    const most = size - Math.floor(size * renewalPercentThreshold);
    for (const replica of over.slice(0, most)) this.remove(replica, 'evicted');
  }

  /** Whether too few heartbeats come to believe that those who are silent are dead. */
  #preserved(over: number): boolean {
    const { enableSelfPreservation, renewalPercentThreshold, leaseRenewalIntervalInSeconds } = this.#settings;
    const expected = Math.floor(
      (this.leases.size * 60 * renewalPercentThreshold) / leaseRenewalIntervalInSeconds,
    );
    const preserves = enableSelfPreservation && this.#beats.length <= expected;
    if (over > 0 && preserves !== this.#preserves) {
      this.#preserves = preserves;
      const detail = preserves ? 'on' : 'off';
      this.system.log.note(
        'selfPreservation',
        this.#place,
        undefined,
        NONE,
        NONE,
        this.#beats.length,
        detail,
      );
    }
    return preserves;
  }
}
