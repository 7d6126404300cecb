import type { Host } from '../flow/host.ts';
import type { Handle } from '../kernel/simulation.ts';
import type { Micros } from '../kernel/time.ts';
import type { Replica } from '../service/replica.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import type { ConsulSettings } from '../world/schema/discovery.ts';
import { type Finder, KnownList } from './directory.ts';
import { Registry } from './registry.ts';

/** A list that a registry pushes to a caller. */
class Watch extends KnownList {
  readonly #ended: (watch: Watch) => void;

  constructor(system: System, caller: Host, service: string, ended: (watch: Watch) => void) {
    super(system, caller, service);
    this.#ended = ended;
  }

  override stop(): void {
    this.#ended(this);
  }
}

/**
 * Consul with TTL checks: who was not heard of for `ttl` is critical, and callers, whose blocking queries wait for
 * just that, are told at once.
 */
export class Consul extends Registry {
  readonly #ttl: Micros;
  readonly #watches = new Set<Watch>();
  readonly #timers = new Map<Replica, Handle>();

  constructor(system: System, service: Service, { ttl, heartbeat }: ConsulSettings) {
    super(system, service, heartbeat);
    this.#ttl = ttl;
  }

  finderFor(caller: Host): Finder {
    const watch = new Watch(this.system, caller, this.service.name, (ended) => this.#watches.delete(ended));
    watch.learn(this.registered, true);
    this.#watches.add(watch);
    return watch;
  }

  protected update(): void {
    const list = this.registered;
    for (const watch of this.#watches) watch.learn(list);
  }

  protected renew(replica: Replica): void {
    const { sim } = this.system;
    const timer = this.#timers.get(replica);
    if (timer !== undefined) sim.cancel(timer);
    this.#timers.set(
      replica,
      sim.after(this.#ttl, () => this.remove(replica, 'evicted')),
    );
  }
}
