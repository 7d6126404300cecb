import type { Frame } from '../flow/frame.ts';
import type { Process } from '../kernel/process.ts';
import type { Resource } from '../kernel/resource.ts';
import { Signal } from '../kernel/signal.ts';
import { type Micros, NEVER } from '../kernel/time.ts';
import { TCP_PATIENCE } from '../net/network.ts';
import type { ConnectionPool, PooledConnection } from './connection-pool.ts';

/** How a driver has given up waiting for an answer. */
export type Silence = 'socket-timeout' | 'db-reset';

/** A connection that a transaction holds to its end, with a session of the server. */
export class HeldConnection {
  readonly #connection: PooledConnection;
  readonly #pool: ConnectionPool;
  readonly #permits: Resource;
  readonly #sessions: Resource;
  #closed = false;

  constructor(connection: PooledConnection, pool: ConnectionPool, permits: Resource, sessions: Resource) {
    this.#connection = connection;
    this.#pool = pool;
    this.#permits = permits;
    this.#sessions = sessions;
  }

  /** Whether anything may come between a statement and its answer: a timeout, or somebody who may forget the connection. */
  get watched(): boolean {
    return this.#pool.watched;
  }

  /** Something passes it now, in either direction: whether it arrives. */
  reaches(): boolean {
    return this.#pool.reaches(this.#connection);
  }

  /** How much longer its driver waits for the answer to what was sent at `since`. */
  left(since: Micros, now: Micros): Micros {
    const { socketTimeout } = this.#pool.settings;
    return socketTimeout === 0 ? NEVER : since + socketTimeout - now;
  }

  /** Waits for the answer to what was sent at `since`, which takes `time` from now on; or says how that ended. */
  *answered(frame: Frame, time: Micros, since: Micros): Process<Silence | null> {
    const { sim } = frame.system;
    if (!this.reaches()) return yield* this.silent(frame, since);
    const left = this.left(since, sim.now);
    yield sim.sleep(Math.min(time, left));
    if (!this.reaches()) return yield* this.silent(frame, since);
    return time > left ? this.timedOut(frame) : null;
  }

  /**
   * Waits for an answer that never comes, to what was sent at `since`.
   *
   * Without a timeout, TCP gives up what was sent now and nobody confirms. Who had sent before the connection was
   * forgotten only listens, and does so for ever.
   */
  *silent(frame: Frame, since: Micros): Process<Silence> {
    const { sim } = frame.system;
    const { forgotten } = this.#connection;
    if (forgotten) frame.cause = forgotten.off(frame.subject, frame.cause, frame.span);
    const left = this.left(since, sim.now);
    const patience = since < sim.now ? NEVER : TCP_PATIENCE;
    if (left === NEVER && patience === NEVER) yield* new Signal<never>(sim).wait();
    yield sim.sleep(Math.min(left, patience));
    if (left <= patience) return this.timedOut(frame);
    this.#close(frame, 'retransmission');
    return 'db-reset';
  }

  /** Its driver has waited long enough for an answer, and closes it. */
  timedOut(frame: Frame): Silence {
    this.#close(frame, 'socketTimeout');
    return 'socket-timeout';
  }

  #close(frame: Frame, why: 'socketTimeout' | 'retransmission'): void {
    this.#closed = true;
    const record = this.#pool.lost(this.#connection, why, 1);
    if (!this.#connection.forgotten) frame.cause = record;
  }

  giveBack(): void {
    this.#sessions.release();
    this.#permits.release();
    if (this.#closed) this.#pool.discard(this.#connection);
    else this.#pool.giveBack(this.#connection);
  }
}
