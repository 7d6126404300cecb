import type { Host } from '../flow/host.ts';
import { type Failed, failed } from '../outcome.ts';
import { Name, NONE } from '../recorder.ts';
import type { Replica } from '../service/replica.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import { Address } from './address.ts';

/** A caller knows of nobody to send a request to. */
export interface Nobody {
  readonly outcome: Failed;
  /** The record that tells why; -1: there is none. */
  readonly cause: number;
}

/** A request that an instance is looked up for. */
export interface Wanted {
  readonly key: number;
  readonly variant: number;
  /** The record of the call. */
  readonly cause: number;
}

/** The list of instances is empty. */
const NO_ENDPOINTS: Nobody = { outcome: failed('no-endpoints', 503, 'never'), cause: NONE };

/** One caller's way to the instances of one service. */
export abstract class Finder {
  /** Whether the service has one address for all, and nobody sees the instances behind it. */
  readonly virtual: boolean = false;
  #turn = 0;

  /** Everybody the caller knows of, or why it knows of nobody: at once, or when a lookup has been answered. */
  abstract look(wanted: Wanted, use: (found: readonly Address[] | Nobody) => void): void;

  /** The instance for one request. */
  find(wanted: Wanted, use: (found: Address | Nobody) => void): void {
    this.look(wanted, (found) => {
      if ('outcome' in found) use(found);
      else use(this.pick(found, wanted) ?? NO_ENDPOINTS);
    });
  }

  /** The caller is gone, or looks in another way from now on. */
  stop(): void {}

  /** In turn. */
  protected pick(known: readonly Address[], _wanted: Wanted): Address | undefined {
    return known[this.#turn++ % Math.max(1, known.length)];
  }
}

/** A caller that is handed lists from time to time, and goes by the last one. */
export class KnownList extends Finder {
  readonly #system: System;
  readonly #name: Name;
  #known: readonly Address[] = [];

  constructor(system: System, caller: Host, service: string) {
    super();
    this.#system = system;
    this.#name = new Name(`${caller.name.text} -> ${service}`);
  }

  look(_wanted: Wanted, use: (found: readonly Address[]) => void): void {
    use(this.#known);
  }

  /** Goes by another list from now on. What it says anew is recorded, but for the first. */
  learn(known: readonly Address[], first = false): void {
    const before = this.#known;
    if (same(before, known)) return;
    this.#known = known;
    if (first) return;
    const names = known.map(({ replica }) => replica.name.text).join(' ');
    this.#system.log.note('learned', this.#name, undefined, NONE, NONE, known.length, names);
  }
}

/** Whether two lists name the same instances. */
export const same = (a: readonly Address[], b: readonly Address[]) =>
  a.length === b.length && a.every((address, at) => address === b[at]);

/** What is known of the instances of one service by everybody together, and how each caller learns of it. */
export abstract class Directory {
  protected readonly system: System;
  protected readonly service: Service;
  readonly #addresses = new Map<Replica, Address>();

  constructor(system: System, service: Service) {
    this.system = system;
    this.service = service;
  }

  /** What a caller asks; a new one for each life of a caller. */
  abstract finderFor(caller: Host): Finder;

  /** An instance came up, died, or is ready or no longer so. */
  changed(_replica: Replica): void {}

  /** The process of an instance has been told to end, and says goodbye. */
  leaving(_replica: Replica): void {}

  /** Begins to do what it does by itself. */
  start(): void {}

  /** Nobody asks it any more. */
  stop(): void {}

  /** Where an instance is met, in this life of it. */
  protected addressOf(replica: Replica): Address {
    const known = this.#addresses.get(replica);
    if (known?.life === replica.life) return known;
    const address = new Address(this.system, replica);
    this.#addresses.set(replica, address);
    return address;
  }

  /** Those that take requests in truth. */
  protected serving(): Address[] {
    return this.service.replicas.filter(({ serving }) => serving).map((replica) => this.addressOf(replica));
  }

  /** Those that a cluster believes to take requests. */
  protected announced(): Address[] {
    return this.service.replicas
      .filter(({ announced }) => announced)
      .map((replica) => this.addressOf(replica));
  }
}
