import type { Frame } from '../flow/frame.ts';
import { type DistributionSpec, sampler } from '../kernel/distribution.ts';
import type { Stream } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import { Resource } from '../kernel/resource.ts';
import { type Micros, NEVER } from '../kernel/time.ts';
import { type Failed, failed } from '../outcome.ts';
import { Name } from '../recorder.ts';
import { SagaStore } from '../service/saga-state.ts';
import type { System } from '../system.ts';
import type { Database as Settings } from '../world/schema/service.ts';
import type { PooledConnection } from './connection-pool.ts';
import { HeldConnection } from './held-connection.ts';
import { Marks } from './marks.ts';
import { OutboxTable } from './outbox-table.ts';
import { Pools } from './pools.ts';
import { RowLocks } from './row-locks.ts';
import { Table } from './table.ts';
import { Transaction } from './transaction.ts';

/** What a fault may do to a database: make it slow, or fail. */
export interface DatabaseTrouble {
  /** How long a statement or a commit takes that would take this time. */
  stretch(frame: Frame, time: Micros): Micros;
  fails(frame: Frame): boolean;
}

/** A service's own database. It outlives every crash of the service. */
export class Database {
  readonly owner: string;
  readonly name: Name;
  readonly locks: RowLocks;
  readonly marks: Marks;
  readonly outbox: OutboxTable;
  readonly sagas = new SagaStore();
  /** Connections to it, by process. */
  readonly pools: Pools;
  /** Sessions over all replicas and pools. */
  readonly sessions: Resource;
  readonly trouble: DatabaseTrouble[] = [];
  /** Faults that are told of each step that has to wait for a connection of a pool. */
  readonly scarcities: ((frame: Frame, pool: string) => void)[] = [];
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
    this.pools = new Pools(system, this);
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
    if (transaction.held) return null;
    const since = frame.now;
    const permits = frame.host.pool(poolName);
    const pool = this.pools.of(frame.host, poolName);
    const { connectionTimeout: patience, testOnBorrow } = pool.settings;
    if (!permits.tryAcquire()) {
      for (const scarce of this.scarcities) scarce(frame, poolName);
      const { stuck } = pool;
      if (stuck) frame.cause = stuck.off(frame.subject, frame.cause, frame.span);
      if (!(yield* permits.acquireUpTo(patience))) return this.#refuse(frame, step, 'pool-timeout');
    }
    let session = false;
    let held: HeldConnection | null = null;
    try {
      session = this.sessions.tryAcquire() || (yield* this.sessions.acquireUpTo(patience));
      if (!session) return this.#refuse(frame, step, 'pool-timeout');
      let connection: PooledConnection | null = pool.take();
      if (connection.forgotten || connection.broken) connection = yield* pool.test(connection, frame, since);
      if (!connection) return this.#refuse(frame, step, 'pool-timeout');
      if (connection.broken) {
        pool.discard(connection);
        frame.cause = connection.broken(frame);
        return this.#refuse(frame, step, 'db-reset');
      }
      held = new HeldConnection(connection, pool, permits, this.sessions);
    } finally {
      if (!held) {
        if (session) this.sessions.release();
        permits.release();
      }
    }
    transaction.connect(held);
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

  /** Waits for the lock of a row, and holds it to the end of the transaction. */
  *lock(
    transaction: Transaction,
    frame: Frame,
    step: Name,
    key: string,
  ): Process<Failed | 'granted' | 'deadlock'> {
    const { held } = transaction;
    const since = frame.now;
    if (held?.watched && !held.reaches()) return this.#refuse(frame, step, yield* held.silent(frame, since));
    const locked = this.locks.tryAcquire(key, transaction)
      ? 'granted'
      : yield* this.locks.acquire(key, transaction, held?.left(since, since) ?? NEVER);
    if (locked === 'granted') transaction.locked(key);
    else if (locked === 'expired' && held) return this.#refuse(frame, step, held.timedOut(frame));
    return locked === 'granted' ? 'granted' : 'deadlock';
  }

  /** Lets the time of one statement pass, which was sent at `since`; a fault, or its connection, may make it fail. */
  *statement(
    transaction: Transaction,
    frame: Frame,
    step: Name,
    takes: ((u: number) => number) | null,
    salt: number,
    since = frame.now,
  ): Process<Failed | null> {
    const time = takes ?? this.#read;
    const stretched = this.#stretched(frame, time(this.#times.uniform(frame.key, frame.variant, salt)));
    const { held } = transaction;
    if (held?.watched) {
      const silence = yield* held.answered(frame, stretched, since);
      if (silence) return this.#refuse(frame, step, silence);
    } else yield this.#system.sim.sleep(stretched);
    for (const trouble of this.trouble)
      if (trouble.fails(frame)) return this.#refuse(frame, step, 'db-error');
    return null;
  }

  /** Lets the time pass in which a statement that was sent at `since` reads rows that are not on the page. */
  *skip(
    { held }: Transaction,
    frame: Frame,
    step: Name,
    rows: number,
    since: Micros,
  ): Process<Failed | null> {
    const time = this.#stretched(frame, rows * this.settings.skip);
    if (held?.watched) {
      const silence = yield* held.answered(frame, time, since);
      return silence && this.#refuse(frame, step, silence);
    }
    yield this.#system.sim.sleep(time);
    return null;
  }

  /** Lets the time of a transaction's commit pass; or says that the database never heard of it. */
  *committed({ held }: Transaction, frame: Frame, step: Name, salt: number): Process<Failed | null> {
    if (held?.watched && !held.reaches())
      return this.#refuse(frame, step, yield* held.silent(frame, frame.now));
    yield this.#system.sim.sleep(this.#commitTime(frame, salt));
    return null;
  }

  /** Lets the time of a commit pass. */
  *forced(frame: Frame, salt: number): Process {
    yield this.#system.sim.sleep(this.#commitTime(frame, salt));
  }

  #commitTime(frame: Frame, salt: number): Micros {
    return this.#stretched(frame, this.#commit(this.#times.uniform(frame.key, frame.variant, salt + 1_000)));
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
