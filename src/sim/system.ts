import { Brokers } from './broker/brokers.ts';
import type { Destination } from './calls/send.ts';
import { Client } from './clients/client.ts';
import { Clocks } from './clocks.ts';
import { Contracts } from './contracts/contracts.ts';
import { Database } from './database/database.ts';
import { Leases } from './database/leases.ts';
import { Marks } from './database/marks.ts';
import { seedTables } from './database/seed-tables.ts';
import type { Table } from './database/table.ts';
import { Discovery } from './discovery/discovery.ts';
import { Entities } from './entities.ts';
import type { EvaluationProblem } from './expression/expression.ts';
import type { FaultDocument } from './faults/fault.ts';
import { faultsByKind } from './faults/index.ts';
import { FaultSite } from './faults/site.ts';
import type { Frame } from './flow/frame.ts';
import type { Host } from './flow/host.ts';
import { Gauges } from './gauges.ts';
import { Channels } from './grpc/channels.ts';
import { Luck } from './kernel/luck.ts';
import { Simulation } from './kernel/simulation.ts';
import { type Micros, NEVER } from './kernel/time.ts';
import { Ledger } from './ledger.ts';
import { Mesh } from './mesh/mesh.ts';
import type { Firewall, Forgettable, Meets } from './net/firewall.ts';
import { Network } from './net/network.ts';
import { type Name, Recorder } from './recorder.ts';
import { type Issuer, issuerOf } from './security/issuer.ts';
import type { Token } from './security/token.ts';
import { Wiretap } from './security/wiretap.ts';
import type { Operation } from './service/operation.ts';
import type { Replica } from './service/replica.ts';
import { Service } from './service/service.ts';
import type { Window } from './world/quantities.ts';
import type { World } from './world/schema/world.ts';

/** Kernel events that a run may take before it is stopped. */
const EVENT_LIMIT = 20_000_000;

/** Subjects of one kind that one client can make before the next client's begin. */
const SUBJECTS_PER_CLIENT = 1_000_000;

/** Called when a flow has passed a step; true if the replica died of it. */
type Watcher = (frame: Frame) => boolean;
type Preference = (entity: string, frame: Frame) => number | null;

/** A world that runs: everything that is alive between the first and the last line of `simulate`. */
export class System {
  readonly sim = new Simulation({ maxEvents: EVENT_LIMIT });
  readonly luck: Luck;
  readonly log: Recorder;
  readonly gauges: Gauges;
  readonly entities: Entities;
  readonly ledger: Ledger;
  readonly network: Network;
  readonly locks: Leases;
  readonly clocks = new Clocks();
  readonly services = new Map<string, Service>();
  readonly clients = new Map<string, Client>();
  readonly sites: FaultSite[] = [];
  /** What the two sides of calls and messages have agreed on; null where nobody has. */
  readonly contracts: Contracts | null;
  /** Who issues tokens; a world without an authorization server has one that nobody needs to ask. */
  readonly issuer: Issuer;
  /** Tokens that a service was given, for those who steal them there. */
  readonly loot = new Map<string, Token[]>();
  /** Who listens on links, by the client that does. */
  readonly taps = new Map<string, Wiretap>();
  /** What a design is charged for. */
  readonly counted = { messages: 0, calls: 0 };
  readonly brokers: Brokers;
  /** gRPC's connections. */
  readonly channels = new Channels(this);
  /** When the run ends, settling included. */
  readonly end: Micros;
  /** Expressions that had no value when they were evaluated, by place: the author's mistakes. */
  readonly blamed = new Map<string, string>();
  world: World;
  mesh: Mesh | null = null;
  /** How callers outside a mesh find instances; null: they know at once who is there. */
  discovery: Discovery | null = null;
  readonly #databases = new Map<string, Database>();
  readonly #redis = new Map<string, Marks>();
  readonly #watchers = new Map<string, Watcher[]>();
  readonly #preferences: Preference[] = [];
  #messages = 0;

  constructor(world: World, seed: string) {
    this.world = world;
    this.end = world.run.for + world.run.settle;
    this.luck = new Luck(seed);
    this.log = new Recorder(this.sim);
    this.gauges = new Gauges(this.sim);
    this.entities = new Entities(world.entities);
    this.ledger = new Ledger(this.log, this.entities);
    this.issuer = issuerOf(world);
    this.contracts = Object.keys(world.contracts).length > 0 ? new Contracts(this, world.contracts) : null;
    this.network = new Network(this.sim, this.luck, world.network);
    this.locks = new Leases(this.sim);
    this.brokers = new Brokers(this);
    this.#add(world);
    for (const [id, fault] of Object.entries(world.chaos)) this.inject(id, fault, 0);
    for (const service of this.services.values()) service.start();
    if (Object.keys(world.discovery).length > 0) this.discovery = new Discovery(this, world.discovery);
    for (const client of this.clients.values()) client.start();
  }

  /** Brings services, partners, clients and brokers into being that the world has and the system has not. */
  #add(world: World): readonly Service[] {
    this.brokers.apply(world);
    if (Object.keys(world.mesh).length > 0) this.mesh ??= new Mesh(this, world.mesh);
    const born: Service[] = [];
    for (const [external, group] of [
      [false, world.services],
      [true, world.externals],
    ] as const) {
      for (const [name, settings] of Object.entries(group)) {
        if (this.services.has(name)) continue;
        const database = settings.db ? new Database(this, name, settings.db) : null;
        if (database) this.#databases.set(name, database);
        const service = new Service(this, name, settings, external, database);
        this.services.set(name, service);
        born.push(service);
      }
    }
    for (const service of born) {
      if (service.database) seedTables(service.database, this);
      service.compile();
    }
    for (const { token } of Object.values(world.clients))
      if (token?.stolenFrom != null && !this.loot.has(token.stolenFrom)) this.loot.set(token.stolenFrom, []);
    for (const [name, { sniffs }] of Object.entries(world.clients))
      if (sniffs !== null && !this.taps.has(name)) this.taps.set(name, new Wiretap(this, name, sniffs));
    const makers = new Map<string, number>();
    for (const [name, settings] of Object.entries(world.clients)) {
      const before = makers.get(settings.entity ?? '') ?? 0;
      makers.set(settings.entity ?? '', before + 1);
      if (!this.clients.has(name))
        this.clients.set(name, new Client(this, name, settings, before * SUBJECTS_PER_CLIENT));
    }
    return born;
  }

  /** Turns the running system into another world, keeping all state that survives. */
  become(world: World, what: string, place: Name): void {
    this.issuer.settings = issuerOf(world).settings;
    this.log.note('patched', place, undefined, -1, -1, 0, what);
    const before = this.world;
    this.world = world;
    this.network.apply(world.network);
    this.mesh?.apply(world.mesh);
    const known = new Set(this.clients.keys());
    const born = this.#add(world);
    const fresh = new Set(born);
    for (const service of this.services.values()) {
      if (fresh.has(service)) continue;
      const settings = world.services[service.name] ?? world.externals[service.name];
      if (settings) service.apply(settings);
    }
    for (const service of born) service.start();
    if (Object.keys(world.discovery).length > 0) this.discovery ??= new Discovery(this, world.discovery);
    this.discovery?.apply(world.discovery);
    for (const [name, client] of this.clients) {
      const settings = world.clients[name];
      if (!settings) client.stop();
      else if (known.has(name)) client.apply(settings);
      else client.start();
    }
    for (const [id, fault] of Object.entries(world.chaos))
      if (!before.chaos[id]) this.inject(id, fault, this.sim.now);
  }

  /** Lets a fault take hold, from now on at the earliest. */
  inject(id: string, fault: FaultDocument, now: Micros): void {
    const { at, for: lasting, during } = fault.settings;
    const window = this.window(during) ?? {
      from: at ?? 0,
      to: at !== null && lasting !== null ? at + lasting : NEVER,
    };
    const site = new FaultSite(this, id, fault, Math.max(now, window.from), window.to);
    this.sites.push(site);
    faultsByKind.get(fault.kind)?.inject(site, fault.settings as never); // validated by this fault's own fields
  }

  /** A stretch of time, or that of the fault which it names. */
  window(window: Window | null): { readonly from: Micros; readonly to: Micros } | null {
    if (window === null) return null;
    if ('from' in window) return window;
    const fault = this.world.chaos[window.fault];
    if (!fault) return null;
    const { at, for: lasting, during } = fault.settings;
    if (during && 'from' in during) return during;
    return { from: at ?? 0, to: at !== null && lasting !== null ? at + lasting : NEVER };
  }

  /** Where passes of a step are told; `watch` adds to it. */
  passing(step: string): readonly Watcher[] {
    const known = this.#watchers.get(step);
    if (known) return known;
    const watchers: Watcher[] = [];
    this.#watchers.set(step, watchers);
    return watchers;
  }

  watch(step: string, watcher: Watcher): void {
    (this.passing(step) as Watcher[]).push(watcher);
  }

  prefer(preference: Preference): void {
    this.#preferences.push(preference);
  }

  /** What is picked instead of number `index` of an entity, where a fault makes one of them hot. */
  preferred(entity: string, index: number, frame: Frame): number {
    for (const preference of this.#preferences) {
      const hot = preference(entity, frame);
      if (hot !== null) return hot;
    }
    return index;
  }

  /** Notes an expression that had no value: the document's mistake, not the system's. */
  blame(place: string, problem: EvaluationProblem): void {
    if (!this.blamed.has(place)) this.blamed.set(place, problem.message);
  }

  /** An instance came up, died, or takes requests or no longer does: who follows that hears of it. */
  told(replica: Replica): void {
    this.mesh?.changed(replica);
    this.discovery?.changed(replica);
    if (!replica.up) this.#disconnect(replica);
  }

  /** A process begins anew: what it knew of others is gone, and its connections are. */
  forget(host: Host): void {
    this.discovery?.forget(host);
    this.#disconnect(host);
  }

  #disconnect(host: Host): void {
    this.channels.forget(host);
    for (const { pools } of this.#databases.values()) pools.forget(host);
  }

  /** Puts somebody who may forget connections to databases between two sides; the result is those that are open by then. */
  passByPools(meets: Meets, firewall: Firewall): () => readonly Forgettable[] {
    const met = [...this.#databases.values()].map(({ pools }) => pools.passBy(meets, firewall));
    return () => met.flatMap((open) => open());
  }

  destination(service: string): Destination {
    const found = this.services.get(service);
    if (!found) throw new Error(`there is no service ${service}`);
    return found;
  }

  operationOf(service: string, operation: string): Operation {
    const found = this.services.get(service)?.operation(operation);
    if (!found) throw new Error(`there is no operation ${service}.${operation}`);
    return found;
  }

  databaseOf(owner: string): Database | null {
    return this.#databases.get(owner) ?? null;
  }

  databases(): Iterable<Database> {
    return this.#databases.values();
  }

  /** The table of a place such as `pricing.db/prices`. */
  table(place: string): Table | undefined {
    const [owner, name] = place.split('.db/');
    return owner === undefined || name === undefined ? undefined : this.#databases.get(owner)?.table(name);
  }

  hasOutbox(owner: string): boolean {
    return (this.services.get(owner)?.settings.outbox ?? null) !== null;
  }

  /** A key-value store that a service shares among its replicas, and that no crash of theirs empties. */
  redis(owner: string): Marks {
    const known = this.#redis.get(owner);
    if (known) return known;
    const marks = new Marks(() => this.sim.now);
    this.#redis.set(owner, marks);
    return marks;
  }

  nextMessage(): number {
    return ++this.#messages;
  }
}
