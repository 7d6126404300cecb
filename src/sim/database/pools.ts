import type { Host } from '../flow/host.ts';
import type { Micros } from '../kernel/time.ts';
import type { Firewall, Forgettable, Meets } from '../net/firewall.ts';
import type { End } from '../net/network.ts';
import type { System } from '../system.ts';
import { type ConnectionPoolSettings, connectionPool } from '../world/schema/connection-pool.ts';
import { ConnectionPool } from './connection-pool.ts';
import type { Database } from './database.ts';

/** What a pool has that nobody has set. */
const USUAL = connectionPool.parse({});

/** The connections that processes have to one database, in their pools. A pool goes with its process. */
export class Pools {
  readonly #system: System;
  readonly #database: Database;
  readonly #end: End;
  /** By the services whose steps use them. */
  readonly #users = new Map<string, Set<string>>();
  readonly #pools = new Map<Host, Map<string, ConnectionPool>>();
  readonly #firewalls: { readonly meets: Meets; readonly firewall: Firewall }[] = [];

  constructor(system: System, database: Database) {
    this.#system = system;
    this.#database = database;
    this.#end = { owner: database.name.text, zone: null };
  }

  /** Steps of a service use a pool of this name. */
  usedBy(service: string, pool: string): void {
    const known = this.#users.get(service);
    if (known) known.add(pool);
    else this.#users.set(service, new Set([pool]));
  }

  of(host: Host, name: string): ConnectionPool {
    let pools = this.#pools.get(host);
    if (!pools) {
      pools = new Map();
      this.#pools.set(host, pools);
    }
    let pool = pools.get(name);
    if (!pool) {
      const settings = (): ConnectionPoolSettings => this.#database.settings.pools[name] ?? USUAL;
      pool = new ConnectionPool(this.#system, host, this.#database.name, name, settings, this.#since(host));
      for (const { meets, firewall } of this.#firewalls)
        if (meets(host.end, this.#end)) pool.passes(firewall);
      pools.set(name, pool);
    }
    return pool;
  }

  /** Puts somebody who may forget connections between two sides; the result is the connections that are open by then. */
  passBy(meets: Meets, firewall: Firewall): () => readonly Forgettable[] {
    const met = () => this.#all().filter(({ host }) => meets(host.end, this.#end));
    for (const { pool } of met()) pool.passes(firewall);
    this.#firewalls.push({ meets, firewall });
    return () => met().flatMap(({ pool }) => pool.open);
  }

  /** A process is gone, or begins anew. */
  forget(host: Host): void {
    for (const pool of this.#pools.get(host)?.values() ?? []) pool.close();
    this.#pools.delete(host);
  }

  /** Those of all processes that run and have steps that use them. */
  #all(): { readonly host: Host; readonly pool: ConnectionPool }[] {
    return [...this.#users].flatMap(([service, names]) =>
      (this.#system.services.get(service)?.replicas ?? [])
        .filter(({ up }) => up)
        .flatMap((host) => [...names].map((name) => ({ host, pool: this.of(host, name) }))),
    );
  }

  #since(host: Host): Micros {
    const replicas = this.#system.services.get(host.owner)?.replicas ?? [];
    return replicas.find((replica) => replica === host)?.startedAt ?? this.#system.sim.now;
  }
}
