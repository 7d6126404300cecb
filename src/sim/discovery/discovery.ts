import type { Destination } from '../calls/send.ts';
import type { Host } from '../flow/host.ts';
import type { Replica } from '../service/replica.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import type { DiscoverySettings } from '../world/schema/discovery.ts';
import type { World } from '../world/schema/world.ts';
import { Consul } from './consul.ts';
import type { Directory, Finder } from './directory.ts';
import { DnsName } from './dns.ts';
import { Eureka } from './eureka.ts';
import { ClusterIp } from './kubernetes.ts';
import type { LookupTrouble } from './lookup.ts';
import { StaticList } from './static.ts';

interface Configured {
  readonly text: string;
  readonly directory: Directory;
}

/** How callers that have no sidecar find the instances of services: what each of them knows, and how it learns. */
export class Discovery {
  /** Faults of lookups in DNS. */
  readonly troubles: LookupTrouble[] = [];
  readonly #system: System;
  readonly #directories = new Map<string, Configured>();
  readonly #finders = new Map<Host, Map<string, Finder>>();

  /** Services have started by now: what registers, has. */
  constructor(system: System, settings: World['discovery']) {
    this.#system = system;
    this.apply(settings);
  }

  /** Takes new settings. Where nothing has changed, everybody keeps what they know. */
  apply(settings: World['discovery']): void {
    for (const [name, service] of this.#system.services) {
      const wanted = settings[name] ?? (service.external ? undefined : settings['default']);
      const text = JSON.stringify(wanted);
      const known = this.#directories.get(name);
      if (known?.text === text) continue;
      known?.directory.stop();
      for (const finders of this.#finders.values()) {
        finders.get(name)?.stop();
        finders.delete(name);
      }
      this.#directories.delete(name);
      if (!wanted) continue;
      const directory = this.#make(service, wanted);
      this.#directories.set(name, { text, directory });
      directory.start();
    }
  }

  directory(service: string): Directory | undefined {
    return this.#directories.get(service)?.directory;
  }

  /** How a caller finds who is to answer; undefined where it knows at once, as it does of brokers. */
  finder(caller: Host, destination: Destination): Finder | undefined {
    const { name } = destination as Partial<Service>;
    const directory = name === undefined ? undefined : this.#directories.get(name)?.directory;
    if (name === undefined || !directory || this.#system.services.get(name) !== destination) return undefined;
    let finders = this.#finders.get(caller);
    if (!finders) {
      finders = new Map();
      this.#finders.set(caller, finders);
    }
    const known = finders.get(name);
    if (known) return known;
    const finder = directory.finderFor(caller);
    finders.set(name, finder);
    return finder;
  }

  /** An instance came up, died, or takes requests or no longer does. What a dead process knew is gone. */
  changed(replica: Replica): void {
    this.#directories.get(replica.owner)?.directory.changed(replica);
    if (!replica.up) this.forget(replica);
  }

  /** A process begins anew, and knows nothing. */
  forget(caller: Host): void {
    for (const finder of this.#finders.get(caller)?.values() ?? []) finder.stop();
    this.#finders.delete(caller);
  }

  /** The process of an instance has been told to end. */
  leaving(replica: Replica): void {
    this.#directories.get(replica.owner)?.directory.leaving(replica);
  }

  #make(service: Service, settings: DiscoverySettings): Directory {
    const system = this.#system;
    switch (settings.kind) {
      case 'static':
        return new StaticList(system, service);
      case 'dns':
        return new DnsName(system, service, settings, this.troubles);
      case 'eureka':
        return new Eureka(system, service, settings);
      case 'consul':
        return new Consul(system, service, settings);
      case 'kubernetes':
        return new ClusterIp(system, service, settings.propagation);
    }
  }
}
