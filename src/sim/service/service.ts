import type { Attachment } from '../broker/message-broker.ts';
import type { Incoming, Target } from '../calls/send.ts';
import type { Database } from '../database/database.ts';
import type { Frame } from '../flow/frame.ts';
import type { Node } from '../flow/modify.ts';
import type { Request } from '../flow/request.ts';
import { Counters } from '../gateway/counters.ts';
import type { Micros } from '../kernel/time.ts';
import type { End } from '../net/network.ts';
import type { Outcome } from '../outcome.ts';
import { Name, NONE } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Service as Settings } from '../world/schema/service.ts';
import { FIRST_VERSION } from '../world/version.ts';
import { Autoscaler } from './autoscaler.ts';
import { connect } from './consumer.ts';
import type { Operation } from './operation.ts';
import { OutboxRelay } from './outbox-relay.ts';
import { Release } from './release.ts';
import { Replica } from './replica.ts';
import { replicasAllowed } from './replicas-allowed.ts';
import { RollingUpdate } from './rolling-update.ts';
import { resumeSagas } from './saga.ts';
import { Schedule } from './schedule.ts';

/** Why there are more replicas than are wanted, and why no longer. */
const SURGE = 'surge';
const SURGE_OVER = 'surge over';

/** What a fault may do: stretch work, refuse a request, or take it and never answer. */
export type Slowdown = (replica: Replica, frame: Frame, time: number) => number;
export type Trouble = (
  replica: Replica,
  operation: Operation,
  incoming: Incoming,
  record: number,
) => { readonly outcome: Outcome; readonly cause: number } | null;
/** How late an answer is sent, and the record that made it so; null: as soon as it is there. */
export type Lag = (request: Request) => { readonly by: Micros; readonly cause: number } | null;
/** What a route does instead of what it should, for one request. */
export type Detour = (route: string, frame: Frame) => Node | null;
export type Hang = (replica: Replica, frame: Frame) => number | null;

/** A service, or an outside partner: its replicas, what they can do, and the data that they share. */
export class Service {
  readonly name: string;
  readonly end: End;
  readonly external: boolean;
  readonly database: Database | null;
  readonly replicas: Replica[] = [];
  readonly slowdowns: Slowdown[] = [];
  readonly troubles: Trouble[] = [];
  readonly hangs: Hang[] = [];
  readonly lags: Lag[] = [];
  readonly detours: Detour[] = [];
  /** Whether a rollout has to stay where it is; asked when it would move. */
  readonly holds: (() => boolean)[] = [];
  settings: Settings;
  /** What its limits have counted, for all replicas together. */
  readonly counters = new Counters();
  relays: OutboxRelay[] = [];
  /** Replicas that there should be: of each version, and of all that run side by side. */
  each = 0;
  wanted = 0;
  /** The version that was deployed last. */
  deployed = FIRST_VERSION;
  /** Replicas beyond those wanted, for the time of a rollout. */
  surging = 0;
  #rollout: RollingUpdate | null = null;
  #autoscaler: Autoscaler | null = null;
  /** Replicas times the time for which they were wanted, up to the last change. */
  #paid = 0;
  #paidUntil: Micros = 0;
  readonly #system: System;
  readonly #recorded: Name;
  /** Where messages go while no replica is alive. */
  readonly #nobody: Target;
  #releases = new Map<string, Release>();
  readonly #attachments = new Map<Replica, readonly Attachment[]>();
  readonly #schedules = new Map<string, Schedule>();
  #turn = 0;

  constructor(
    system: System,
    name: string,
    settings: Settings,
    external: boolean,
    database: Database | null,
  ) {
    this.#system = system;
    this.name = name;
    const { zone } = settings;
    this.end = { owner: name, zone: zone.length === 1 ? (zone[0] ?? null) : null };
    this.#nobody = { end: this.end, accept: () => false };
    this.external = external;
    this.settings = settings;
    this.database = database;
    this.#recorded = new Name(name);
  }

  get held(): boolean {
    return this.holds.some((hold) => hold());
  }

  /** Compiles what its versions can do. All databases and services exist by now. */
  compile(): void {
    this.#releases = new Map();
    const { versions, ...first } = this.settings;
    for (const [version, settings] of [[FIRST_VERSION, first] as const, ...Object.entries(versions)])
      this.#releases.set(version, new Release(this.#system, this.name, version, settings));
  }

  /** A version of it; the first where there is no such. */
  release(version: string): Release {
    return (this.#releases.get(version) ?? this.#releases.get(FIRST_VERSION)) as Release; // the first is always there
  }

  /** Starts its replicas, consumers, schedules and relay. */
  start(): void {
    this.#autoscale(null);
    this.#scaleTo(replicasAllowed(this.settings));
    for (const [name, schedule] of Object.entries(this.settings.schedules)) {
      this.#schedules.set(name, new Schedule(this.#system, this, name, schedule));
    }
    this.#startRelays();
    if (Object.values(this.settings.operations).some(({ saga }) => saga?.state === 'db'))
      resumeSagas(this.#system, this);
  }

  /** Takes new settings while it runs. */
  apply(settings: Settings): void {
    const before = this.settings;
    this.settings = settings;
    if (settings.db) this.database?.apply(settings.db);
    this.compile();
    for (const replica of this.replicas) replica.apply();
    this.#autoscale(before);
    // Who has an autoscaler leaves the number to it.
    this.#scaleTo(
      settings.autoscale ? replicasAllowed({ ...settings, replicas: this.each }) : settings.replicas,
    );
    if (JSON.stringify(before.consumers) !== JSON.stringify(settings.consumers)) this.#resubscribe();
    for (const [name, schedule] of Object.entries(settings.schedules)) {
      const known = this.#schedules.get(name);
      if (known) known.settings = schedule;
      else this.#schedules.set(name, new Schedule(this.#system, this, name, schedule));
    }
    for (const [name, schedule] of this.#schedules) if (!settings.schedules[name]) schedule.stop();
    if (JSON.stringify(before.outbox) !== JSON.stringify(settings.outbox)) this.#startRelays();
  }

  /** What its first version can do, for who does not ask a replica. */
  operation(name: string): Operation | undefined {
    return this.release(FIRST_VERSION).operation(name);
  }

  operations(): Iterable<Operation> {
    return this.release(FIRST_VERSION).operations();
  }

  /** What is called from outside under this name: a route, else an operation. */
  entry(name: string): Operation | undefined {
    return this.release(FIRST_VERSION).entry(name);
  }

  target(): Target {
    return this.pick() ?? this.#nobody;
  }

  /** The next live replica in turn. */
  pick(): Replica | undefined {
    const { replicas } = this;
    for (let i = 0; i < replicas.length; i++) {
      const replica = replicas[(this.#turn + i) % replicas.length] as Replica; // within bounds
      if (replica.serving) {
        this.#turn = (this.#turn + i + 1) % replicas.length;
        return replica;
      }
    }
    return undefined;
  }

  /** A replica has died, as a record tells. */
  disconnected(replica: Replica, cause: number): void {
    for (const broker of this.#system.brokers.all()) broker.hostLost?.(replica);
    for (const attachment of this.#attachments.get(replica) ?? [])
      attachment.lost(cause, replica.end.off !== null);
  }

  /** A replica stands still, as a record tells: its brokers hear nothing of it. */
  silent(replica: Replica, cause: number): void {
    for (const attachment of this.#attachments.get(replica) ?? []) attachment.silent?.(cause);
  }

  /** A replica takes nothing new, and finishes what it has. */
  leaving(replica: Replica): void {
    for (const attachment of this.#attachments.get(replica) ?? []) attachment.retire?.();
  }

  reconnected(replica: Replica): void {
    for (const attachment of this.#attachments.get(replica) ?? []) attachment.restored();
  }

  /** Sets how many replicas there are, for a reason. */
  scale(replicas: number, why: string): void {
    this.#scaleTo(replicas, why);
  }

  /** Replicas that there may be now: those that are wanted, and those of a rollout beside them. */
  get places(): number {
    return this.wanted + this.surging;
  }

  /** Begins to replace its replicas by such of another version, in the place of a rollout that is not over yet. */
  rollOut(version: string, interval: Micros, cause: number): void {
    this.#rollout?.stop();
    this.#rollout = new RollingUpdate(this.#system, this, version, interval, cause);
    this.deployed = version;
    this.#rollout.begin();
  }

  /** Adds a replica to those that are wanted, and tells once it is ready; null while its number is not free. */
  addSurge(version: string, cause: number, then: (replica: Replica) => void): Replica | null {
    const known = this.replicas[this.places];
    if (known?.up) return null;
    this.#pay();
    this.surging++;
    const { log } = this.#system;
    const record = log.note('scaled', this.#recorded, undefined, cause, NONE, this.places, SURGE);
    if (known) {
      known.managed?.replace(version, record, () => then(known));
      return known;
    }
    const replica = this.#add(version);
    log.note('deployed', replica.name, undefined, record, record, 0, version);
    if (replica.managed) replica.managed.whenReady(() => then(replica));
    else then(replica);
    return replica;
  }

  /** Those beyond the wanted leave. */
  endSurge(): void {
    if (this.surging === 0) return;
    this.#pay();
    this.surging = 0;
    this.#system.log.note('scaled', this.#recorded, undefined, NONE, NONE, this.wanted, SURGE_OVER);
    for (const replica of this.replicas.slice(this.wanted)) if (replica.up) replica.retire();
  }

  /** Replicas times the time for which they were wanted or part of a rollout, in microseconds. */
  get replicaTime(): number {
    return this.#paid + this.places * (this.#system.sim.now - this.#paidUntil);
  }

  /** Before another number of them has to be paid. */
  #pay(): void {
    this.#paid = this.replicaTime;
    this.#paidUntil = this.#system.sim.now;
  }

  /** Begins to be scaled, or anew with other settings. */
  #autoscale(before: Settings | null): void {
    const { autoscale } = this.settings;
    if (before && JSON.stringify(before.autoscale) === JSON.stringify(autoscale)) return;
    this.#autoscaler?.stop();
    this.#autoscaler = autoscale ? new Autoscaler(this.#system, this, autoscale) : null;
  }

  /** `each` replicas of its own, and as many of each version that the mesh sends requests to beside. */
  #scaleTo(each: number, why?: string): void {
    const { replicas } = this;
    const beside = this.#system.mesh?.versionsBeside(this.name) ?? [];
    const wanted = each * (1 + beside.length);
    const before = replicas.filter(({ up }) => up).length;
    this.#pay();
    this.each = each;
    this.wanted = wanted;
    const { places } = this;
    const besides = (index: number) => beside[Math.floor(index / each) - 1];
    while (replicas.length < places) this.#add(this.deployed, besides(replicas.length));
    for (const replica of replicas) {
      if (replica.index >= places && replica.up) replica.retire();
      else if (replica.index < places && !replica.up && this.#system.sim.now > 0) {
        const version = besides(replica.index) ?? this.deployed;
        if (replica.version !== version) replica.deploy(version, NONE);
        replica.restart(NONE);
      }
    }
    if ((before !== places || why !== undefined) && this.#system.sim.now > 0) {
      this.#system.log.note('scaled', this.#recorded, undefined, NONE, NONE, places, why);
    }
  }

  /** One more replica, of a version, or of one that runs beside it. */
  #add(version: string, beside?: string): Replica {
    const replica = new Replica(this.#system, this, this.replicas.length, version);
    this.replicas.push(replica);
    if (beside !== undefined) replica.deploy(beside, NONE);
    this.#system.told(replica);
    this.#subscribe(replica);
    return replica;
  }

  #subscribe(replica: Replica): void {
    const attachments = Object.entries(this.settings.consumers).flatMap(([name, consumer]) =>
      connect(this.#system, this, replica, name, consumer),
    );
    this.#attachments.set(replica, attachments);
  }

  #resubscribe(): void {
    for (const replica of this.replicas) {
      for (const attachment of this.#attachments.get(replica) ?? []) attachment.close();
      this.#subscribe(replica);
    }
  }

  #startRelays(): void {
    for (const relay of this.relays) relay.stop();
    const { outbox } = this.settings;
    this.relays = [];
    if (!outbox || !this.database) return;
    for (let i = 0; i < outbox.replicas; i++)
      this.relays.push(new OutboxRelay(this.#system, this, this.database, outbox, i));
  }
}
