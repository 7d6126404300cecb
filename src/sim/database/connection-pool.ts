import type { Frame } from '../flow/frame.ts';
import type { Host } from '../flow/host.ts';
import { mix, type Stream } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import { type Micros, NEVER } from '../kernel/time.ts';
import type { Firewall, Forgettable, Forgotten } from '../net/firewall.ts';
import { Name, NONE } from '../recorder.ts';
import type { System } from '../system.ts';
import type { ConnectionPoolSettings as Settings } from '../world/schema/connection-pool.ts';

/** The most that a connection's life, and the time between two of its tests, is shortened by: HikariCP's variance. */
const LIFE_VARIANCE = 1 / 40;
const BEAT_VARIANCE = 1 / 10;

const LIFE_DRAW = 0;
const BEAT_DRAW = 1;

/** Told of who uses a connection that is broken: the record of that. */
type Breakage = (frame: Frame) => number;

/** Why a pool has closed a connection on which nobody answers. */
type Lost = 'keepalive' | 'validation' | 'socketTimeout' | 'retransmission';

/** One connection of a pool to a database. */
export interface PooledConnection extends Forgettable {
  readonly openedAt: Micros;
  /** When it is to be replaced, once it is free. */
  readonly retiresAt: Micros;
  /** Between two tests while it is idle; 0: there are none. */
  readonly beat: Micros;
  /** When it was last used, or opened. */
  usedAt: Micros;
  /** When it was last tested while it was idle, or opened. */
  testedAt: Micros;
  inUse: boolean;
  /** How long it had not been used when it was taken. */
  rested: Micros;
  /** Somebody on the way does not know it any more, and nobody at its ends knows that. */
  forgotten: Forgotten | null;
  /** Its other end has closed it, which shows when it is used. */
  broken: Breakage | null;
}

/**
 * The connections of one process to one database, as HikariCP keeps them: always as many as there may be.
 *
 * Who needs one gets the first that is free, in the order in which they were opened. One that was not used for a while is
 * tested before; between two uses each is tested now and then, and replaced after its life. Opening one takes no time, nor
 * does the test of one that is good. Source: HikariCP's `HikariPool` and `ConcurrentBag`, without its lists of threads.
 */
export class ConnectionPool {
  /** `shop[0] -> shop.db`. */
  readonly name: Name;
  readonly #system: System;
  readonly #host: Host;
  readonly #pool: string;
  readonly #peer: Name;
  readonly #settings: () => Settings;
  readonly #stream: Stream;
  readonly #firewalls: Firewall[] = [];
  #connections: PooledConnection[] = [];
  #opened = 0;

  /** `since`: when the process began, and opened them. */
  constructor(
    system: System,
    host: Host,
    database: Name,
    pool: string,
    settings: () => Settings,
    since: Micros,
  ) {
    this.#system = system;
    this.#host = host;
    this.#pool = pool;
    this.#settings = settings;
    this.#stream = system.luck.stream(`pool/${database.text}`);
    this.name = new Name(`${host.name.text} -> ${database.text}`);
    this.#peer = new Name(`${database.text}/${pool}`);
    this.#fill(since);
  }

  get settings(): Settings {
    return this.#settings();
  }

  /** Whether a statement may get no answer: there is a limit for it, or somebody on the way who may forget. */
  get watched(): boolean {
    return this.#firewalls.length > 0 || this.settings.socketTimeout > 0;
  }

  /** Those that nobody uses. */
  get idle(): readonly PooledConnection[] {
    return this.#connections.filter(({ inUse }) => !inUse);
  }

  /** Where somebody who uses one waits for nobody: that it was forgotten. */
  get stuck(): Forgotten | null {
    return this.#connections.find(({ inUse, forgotten }) => inUse && forgotten)?.forgotten ?? null;
  }

  /** All that are open. */
  get open(): readonly PooledConnection[] {
    this.#retire();
    return this.#connections;
  }

  /** From now on its connections pass by somebody who may forget them. */
  passes(firewall: Firewall): void {
    if (this.#firewalls.push(firewall) > 1) return;
    this.#retire();
    for (const connection of this.#connections) this.#beats(connection);
  }

  /** Its process is gone. */
  close(): void {
    this.#connections = [];
  }

  /** A connection for who has a permit. */
  take(): PooledConnection {
    const { now } = this.#system.sim;
    for (;;) {
      const connection = this.#free() ?? this.#open(now);
      if (now < connection.retiresAt) {
        this.#touch(connection, Math.max(connection.usedAt, connection.testedAt));
        connection.inUse = true;
        connection.rested = now - connection.usedAt;
        connection.usedAt = now;
        return connection;
      }
      this.#replace(connection, connection.retiresAt);
    }
  }

  /**
   * Tests a connection that nobody answers on, and others, until one is good or is not tested; null once all has taken
   * longer than `connectionTimeout`, counted from `since`.
   */
  *test(taken: PooledConnection, frame: Frame, since: Micros): Process<PooledConnection | null> {
    const { sim } = this.#system;
    let connection = taken;
    while (connection.forgotten || connection.broken) {
      const { testOnBorrow, aliveBypassWindow, validationTimeout, connectionTimeout } = this.settings;
      if (!testOnBorrow && connection.rested <= aliveBypassWindow) return connection;
      if (connection.forgotten) {
        frame.cause = connection.forgotten.off(frame.subject, frame.cause, frame.span);
        yield sim.sleep(validationTimeout);
        this.lost(connection, 'validation', 0);
      }
      this.discard(connection);
      if (sim.now - since >= connectionTimeout) return null;
      connection = this.take();
    }
    return connection;
  }

  /** Something is sent over a connection that is in use: whether it has not been forgotten. */
  reaches(connection: PooledConnection): boolean {
    this.#touch(connection, connection.usedAt);
    connection.usedAt = this.#system.sim.now;
    return connection.forgotten === null;
  }

  /** Its user is done with it. */
  giveBack(connection: PooledConnection): void {
    const { now } = this.#system.sim;
    connection.inUse = false;
    connection.usedAt = now;
    if (now >= connection.retiresAt) this.#replace(connection, now);
    else if (this.#connections.length > this.#size) this.#remove(connection);
  }

  /** Closes one, and opens another in its place. */
  discard(connection: PooledConnection): void {
    connection.inUse = false;
    this.#replace(connection, this.#system.sim.now);
  }

  /** Records that one is given up since nobody answers on it, with so many statements that waited. */
  lost({ forgotten }: PooledConnection, why: Lost, statements: number): number {
    const cause = forgotten?.record ?? NONE;
    const { log } = this.#system;
    return log.note('connectionLost', this.name, undefined, cause, NONE, statements, why, this.#peer);
  }

  get #size(): number {
    return this.#host.pool(this.#pool).capacity;
  }

  #free(): PooledConnection | undefined {
    for (const connection of this.#connections) if (!connection.inUse) return connection;
    return undefined;
  }

  #fill(at: Micros): void {
    while (this.#connections.length < this.#size) this.#open(at);
  }

  #open(at: Micros): PooledConnection {
    const { maxLifetime, keepaliveTime } = this.settings;
    const key = mix(mix(this.#host.name.hash, this.#peer.hash), ++this.#opened);
    const less = (time: Micros, most: number, draw: number) =>
      Math.round(time * (1 - most * this.#stream.uniform(key, 0, draw)));
    const isKept = keepaliveTime > 0 && (maxLifetime === 0 || keepaliveTime < maxLifetime);
    const connection: PooledConnection = {
      key,
      openedAt: at,
      retiresAt: maxLifetime === 0 ? NEVER : at + less(maxLifetime, LIFE_VARIANCE, LIFE_DRAW),
      beat: isKept ? less(keepaliveTime, BEAT_VARIANCE, BEAT_DRAW) : 0,
      usedAt: at,
      testedAt: at,
      inUse: false,
      rested: 0,
      forgotten: null,
      broken: null,
      forget(forgotten) {
        connection.forgotten ??= forgotten;
      },
    };
    this.#connections.push(connection);
    if (this.#firewalls.length > 0) this.#beats(connection);
    return connection;
  }

  #remove(connection: PooledConnection): boolean {
    const place = this.#connections.indexOf(connection);
    if (place >= 0) this.#connections.splice(place, 1);
    return place >= 0;
  }

  /** One of a process that is gone is not replaced. */
  #replace(connection: PooledConnection, at: Micros): void {
    if (this.#remove(connection) && this.#connections.length < this.#size) this.#open(at);
  }

  /** Replaces those whose life was over while nobody looked. */
  #retire(): void {
    const { now } = this.#system.sim;
    for (;;) {
      const over = this.#connections.find(({ inUse, retiresAt }) => !inUse && now >= retiresAt);
      if (!over) return;
      this.#replace(over, over.retiresAt);
    }
  }

  #touch(connection: PooledConnection, passedAt: Micros): void {
    for (const firewall of this.#firewalls) connection.forgotten ??= firewall(connection.key, passedAt);
  }

  /** Tests it from now on while it is idle; before, nobody was there for whom that made a difference. */
  #beats(connection: PooledConnection): void {
    const { sim } = this.#system;
    const { openedAt, beat } = connection;
    if (beat === 0) return;
    connection.testedAt = openedAt + Math.floor((sim.now - openedAt) / beat) * beat;
    sim.at(connection.testedAt + beat, () => this.#beatOf(connection));
  }

  #beatOf(connection: PooledConnection): void {
    // A process that stands still tests nothing.
    this.#host.scope.whenRunning(() => {
      const { sim } = this.#system;
      if (!this.#connections.includes(connection)) return;
      if (connection.inUse) sim.after(connection.beat, () => this.#beatOf(connection));
      else if (sim.now >= connection.retiresAt) this.#replace(connection, connection.retiresAt);
      else {
        this.#touch(connection, Math.max(connection.usedAt, connection.testedAt));
        connection.testedAt = sim.now;
        if (connection.forgotten || connection.broken) this.#host.scope.spawn(this.#withdraw(connection));
        else sim.after(connection.beat, () => this.#beatOf(connection));
      }
    });
  }

  /** Holds one back that does not answer, for as long as its test may take; then another takes its place. */
  *#withdraw(connection: PooledConnection): Process {
    const permits = this.#host.pool(this.#pool);
    if (connection.inUse || !permits.tryAcquire()) return;
    try {
      connection.inUse = true;
      if (connection.forgotten) {
        yield this.#system.sim.sleep(this.settings.validationTimeout);
        this.lost(connection, 'keepalive', 0);
      }
      this.discard(connection);
    } finally {
      permits.release();
    }
  }
}
