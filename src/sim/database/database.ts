import type { Frame } from '../flow/frame.ts';
import { type DistributionSpec, sampler } from '../kernel/distribution.ts';
import type { Stream } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import { Resource } from '../kernel/resource.ts';
import type { Micros } from '../kernel/time.ts';
import { type Failed, failed } from '../outcome.ts';
import { Name } from '../recorder.ts';
import { SagaStore } from '../service/saga-state.ts';
import type { System } from '../system.ts';
import type { Database as Settings } from '../world/schema/service.ts';
import { Marks } from './marks.ts';
import { OutboxTable } from './outbox-table.ts';
import { RowLocks } from './row-locks.ts';
import { Table } from './table.ts';
import { Transaction } from './transaction.ts';

/** HikariCP's: what a pool has that nobody has set. */
const USUAL_POOL = { connectionTimeout: 30_000_000, testOnBorrow: false };

/** What a fault may do to a database: make it slow, or fail. */
export interface DatabaseTrouble {
  /** How long a statement or a commit takes that would take this time. */
  stretch(frame: Frame, time: Micros): Micros;
  fails(frame: Frame): boolean;
}

/** What a fault may do to the connections that lie in pools. */
export interface PoolTrouble {
  /** Whether the next connection of a pool is broken; it is thrown away then. */
  takes(frame: Frame, pool: string): boolean;
  /** Somebody has used a broken one: the record of that. */
  hit(frame: Frame): number;
}

/** A service's own database. It outlives every crash of the service. */
export class Database {
  readonly owner: string;
  readonly name: Name;
  readonly locks: RowLocks;
  readonly marks: Marks;
  readonly outbox: OutboxTable;
  readonly sagas = new SagaStore();
  /** Sessions over all replicas and pools. */
  readonly sessions: Resource;
  readonly trouble: DatabaseTrouble[] = [];
  /** Faults that are told of each step that has to wait for a connection of a pool. */
  readonly scarcities: ((frame: Frame, pool: string) => void)[] = [];
  readonly poisons: PoolTrouble[] = [];
  settings: Settings;
  readonly #system: System;
  readonly #tables = new Map<string, Table>();
  readonly #times: Stream;
  #read: (u: number) => number;
  #commit: (u: number) => number;
  #lag: ((u: number) => number) | undefined;

  constructor(system: System, owner: string, settings: Settings) {
    this.#system = system;
    this.owner = owner;
    this.name = new Name(`${owner}.db`);
    this.settings = settings;
    this.locks = new RowLocks(system.sim);
    this.marks = new Marks(() => system.sim.now);
    this.outbox = new OutboxTable();
    this.sessions = new Resource(system.sim, settings.max_connections);
    this.#times = system.luck.stream(`${owner}.db`);
    this.#read = sampler(settings.read);
    this.#commit = sampler(settings.commit);
    this.#lag = settings.replica ? sampler(settings.replica.lag) : undefined;
    this.#addTables(settings);
  }

  /** Takes new settings while it runs: times, sessions and further tables. */
  apply(settings: Settings): void {
    this.settings = settings;
    this.sessions.capacity = settings.max_connections;
    this.#read = sampler(settings.read);
    this.#commit = sampler(settings.commit);
    this.#lag = settings.replica ? sampler(settings.replica.lag) : undefined;
    this.#addTables(settings);
  }

  table(name: string): Table | undefined {
    return this.#tables.get(name);
  }

  tables(): Iterable<Table> {
    return this.#tables.values();
  }

  begin(): Transaction {
    return new Transaction(this);
  }

  /** Takes a connection of a pool, and a session of the server, for the rest of the transaction; or says why not. */
  *connect(transaction: Transaction, frame: Frame, step: Name, poolName: string): Process<Failed | null> {
    if (transaction.connected) return null;
    const since = frame.now;
    const pool = frame.host.pool(poolName);
    const { connectionTimeout: patience, testOnBorrow } = this.settings.pools[poolName] ?? USUAL_POOL;
    if (!pool.tryAcquire()) {
      for (const scarce of this.scarcities) scarce(frame, poolName);
      if (!(yield* pool.acquireUpTo(patience))) return this.#refuse(frame, step, 'pool-timeout');
    }
    let session = false;
    try {
      session = this.sessions.tryAcquire() || (yield* this.sessions.acquireUpTo(patience));
    } finally {
      if (!session) pool.release();
    }
    if (!session) return this.#refuse(frame, step, 'pool-timeout');
    const giveBack = () => {
      this.sessions.release();
      pool.release();
    };
    const broken = this.#broken(frame, poolName, testOnBorrow);
    if (broken) {
      giveBack();
      frame.cause = broken.hit(frame);
      return this.#refuse(frame, step, 'db-reset');
    }
    transaction.connect(giveBack);
    const waited = frame.now - since;
    if (waited > 0) {
      const { log } = this.#system;
      const peer = new Name(`${this.name.text}/${poolName}`);
      frame.cause = log.note(
        'poolWait',
        step,
        frame.subject,
        frame.cause,
        frame.span,
        waited,
        undefined,
        peer,
      );
    }
    if (testOnBorrow) {
      const time = this.#read(this.#times.uniform(frame.key, frame.variant, step.hash));
      yield this.#system.sim.sleep(this.#stretched(frame, time));
    }
    return null;
  }

  /** The trouble of the connection that somebody is given, if it is broken. Where each is tested, those are thrown away until one is good. */
  #broken(frame: Frame, pool: string, tested: boolean): PoolTrouble | null {
    for (const poison of this.poisons) while (poison.takes(frame, pool)) if (!tested) return poison;
    return null;
  }

  /** Lets the time of one statement pass; a fault may make it fail. */
  *statement(
    frame: Frame,
    step: Name,
    takes: ((u: number) => number) | null,
    salt: number,
  ): Process<Failed | null> {
    const time = takes ?? this.#read;
    yield this.#system.sim.sleep(
      this.#stretched(frame, time(this.#times.uniform(frame.key, frame.variant, salt))),
    );
    for (const trouble of this.trouble)
      if (trouble.fails(frame)) return this.#refuse(frame, step, 'db-error');
    return null;
  }

  /** Lets the time pass in which rows are read that are not on the page. */
  *skip(frame: Frame, rows: number): Process {
    yield this.#system.sim.sleep(this.#stretched(frame, rows * this.settings.skip));
  }

  /** Lets the time of a commit pass. */
  *forced(frame: Frame, salt: number): Process {
    yield this.#system.sim.sleep(
      this.#stretched(frame, this.#commit(this.#times.uniform(frame.key, frame.variant, salt + 1_000))),
    );
  }

  /** How far behind the read copy is, for one read. */
  lag(frame: Frame, salt: number): number {
    return this.#lag ? Math.round(this.#lag(this.#times.uniform(frame.key, frame.variant, salt + 2_000))) : 0;
  }

  #stretched(frame: Frame, time: Micros): Micros {
    let stretched = time;
    for (const trouble of this.trouble) stretched = trouble.stretch(frame, stretched);
    return stretched;
  }

  #refuse(frame: Frame, step: Name, reason: string): Failed {
    const { log } = this.#system;
    frame.cause = log.note('refused', step, frame.subject, frame.cause, frame.span, 0, reason, this.name);
    return failed(reason, 503);
  }

  #addTables(settings: Settings): void {
    for (const [name, table] of Object.entries(settings.tables)) {
      if (this.#tables.has(name)) continue;
      const { sim } = this.#system;
      this.#tables.set(
        name,
        new Table(`${this.name.text}/${name}`, table, settings.replica !== null, () => sim.now),
      );
    }
  }
}

/** A sampler, or none. */
export const samplerOf = (spec: DistributionSpec | null): ((u: number) => number) | null =>
  spec ? sampler(spec) : null;
