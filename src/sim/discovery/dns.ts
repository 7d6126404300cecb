import type { Host } from '../flow/host.ts';
import { type Sampler, sampler } from '../kernel/distribution.ts';
import type { Stream } from '../kernel/luck.ts';
import { type Micros, NEVER, seconds } from '../kernel/time.ts';
import { failed } from '../outcome.ts';
import { Name, NONE } from '../recorder.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import type { DnsSettings } from '../world/schema/discovery.ts';
import type { Address } from './address.ts';
import { Directory, Finder, type Nobody, same, type Wanted } from './directory.ts';
import { Endpoints } from './endpoints.ts';
import type { Lookup, LookupTrouble } from './lookup.ts';

/** There is no such name, or it has no address. */
const NO_ANSWER = failed('dns-failure', 503, 'never');

/** A name in DNS, with an address for each instance that is ready; what clients keep of it, nobody can take back. */
export class DnsName extends Directory {
  readonly settings: DnsSettings;
  readonly #troubles: readonly LookupTrouble[];
  readonly #records: Endpoints<Address>;
  readonly #takes: Sampler;
  readonly #stream: Stream;
  #lookups = 0;

  /** `troubles`: faults, now and later. */
  constructor(system: System, service: Service, settings: DnsSettings, troubles: readonly LookupTrouble[]) {
    super(system, service);
    this.settings = settings;
    this.#troubles = troubles;
    this.#takes = sampler(settings.lookup);
    this.#stream = system.luck.stream(`dns/${service.name}`);
    this.#records = new Endpoints(
      system.sim,
      () => this.announced(),
      () => settings.propagation,
    );
  }

  override changed(): void {
    this.#records.changed();
  }

  finderFor(caller: Host): Finder {
    return new Resolver(this.system, this, caller, this.service.name);
  }

  /** What the record says now. */
  get record(): readonly Address[] {
    return this.#records.known;
  }

  /** Asks for the addresses, on behalf of a request. */
  lookup({ key, variant, cause }: Wanted): Lookup {
    const takes = Math.round(this.#takes(this.#stream.uniform(key, variant)));
    const nth = ++this.#lookups;
    const lookup: Lookup = { service: this.service.name, nth, answer: this.record, takes, cause };
    for (const trouble of this.#troubles) trouble(lookup);
    return lookup;
  }
}

type Use = (found: readonly Address[] | Nobody) => void;

/** The resolver of one process, and what it keeps: an answer for its time, or that there was none. */
class Resolver extends Finder {
  readonly #system: System;
  readonly #dns: DnsName;
  readonly #name: Name;
  #kept: readonly Address[] | Nobody | null = null;
  #keptUntil: Micros = 0;
  #before: readonly Address[] | null = null;
  /** Those who wait for the answer to a lookup that is on its way. */
  #waiting: Use[] | null = null;

  constructor(system: System, dns: DnsName, caller: Host, service: string) {
    super();
    this.#system = system;
    this.#dns = dns;
    this.#name = new Name(`${caller.name.text} -> ${service}`);
  }

  look(wanted: Wanted, use: Use): void {
    const { sim } = this.#system;
    if (this.#kept !== null && sim.now < this.#keptUntil) {
      use(this.#kept);
      return;
    }
    if (this.#waiting) {
      this.#waiting.push(use);
      return;
    }
    this.#waiting = [use];
    const lookup = this.#dns.lookup(wanted);
    sim.after(lookup.takes, () => this.#answered(lookup));
  }

  #answered({ answer, cause }: Lookup): void {
    const { sim, log } = this.#system;
    const { settings } = this.#dns;
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    if (answer.length === 0) {
      const kept = seconds(settings['networkaddress.cache.negative.ttl']);
      const record = log.note('learned', this.#name, undefined, cause, NONE, 0, 'no address');
      this.#kept = { outcome: NO_ANSWER, cause: record };
      this.#keptUntil = sim.now + kept;
      this.#before = answer;
    } else {
      const own = settings['networkaddress.cache.ttl'];
      this.#kept = answer;
      this.#keptUntil = own === null ? sim.now + settings.ttl : own < 0 ? NEVER : sim.now + seconds(own);
      if (this.#before && !same(this.#before, answer)) {
        const names = answer.map(({ replica }) => replica.name.text).join(' ');
        log.note('learned', this.#name, undefined, cause, NONE, answer.length, names);
      }
      this.#before = answer;
    }
    for (const use of waiting) use(this.#kept);
  }
}
