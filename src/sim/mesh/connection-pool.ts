import type { Process } from '../kernel/process.ts';
import { Resource } from '../kernel/resource.ts';
import type { Simulation } from '../kernel/simulation.ts';
import { type Micros, NEVER } from '../kernel/time.ts';
import type { Forgotten } from '../net/firewall.ts';
import { TCP_PATIENCE } from '../net/network.ts';
import type { PoolLimits } from './policy.ts';
import type { UpstreamHost } from './upstream-host.ts';

/** A connection of one sidecar to one host. */
export interface Connection {
  readonly host: UpstreamHost;
  readonly openedAt: Micros;
  /** The host's incarnation: when its process ends, its connections do. */
  readonly peerSince: Micros;
  usedAt: Micros;
  /** Requests it has carried. */
  carried: number;
  /** Somebody on the way does not know it any more, and nobody here knows that. */
  forgotten: Forgotten | null;
  /** When something was sent first that nobody confirmed. */
  doubtedAt: Micros | null;
}

/** Why no connection came about, and the record that tells more, -1 where there is none. */
export interface ConnectFailure {
  readonly reason: 'overflow' | 'expired' | 'connect-failure' | 'tls';
  readonly cause: number;
}

const OVERFLOW: ConnectFailure = { reason: 'overflow', cause: -1 };
const EXPIRED: ConnectFailure = { reason: 'expired', cause: -1 };
const GONE: ConnectFailure = { reason: 'connect-failure', cause: -1 };

/** Opens connections: the time and the outcome of a handshake are the network's and the certificates' matter. */
export type Dial = (host: UpstreamHost, patience: Micros) => Process<ConnectFailure | null>;

/** Whether somebody on the way has forgotten a connection by now. */
export type Forgets = (connection: Connection) => Forgotten | null;

/** Since when a host's process has run; null while it does not. */
export type Alive = (host: UpstreamHost) => Micros | null;

/**
 * The connections of one sidecar to one destination.
 *
 * Over HTTP/1.1 each request has a connection to itself, and waits for one when there are as many as there may be; over
 * HTTP/2 all requests to a host share one, and wait only while it is being opened. Who finds too many waiting is
 * refused at once. Source: Envoy, "Connection pooling" and "Circuit breaking".
 */
export class ConnectionPool {
  readonly #sim: Simulation;
  readonly #limits: PoolLimits;
  readonly #dial: Dial;
  readonly #alive: Alive;
  readonly #permits: Resource;
  readonly #idle = new Map<UpstreamHost, Connection[]>();
  #forgets: Forgets | null = null;
  #connecting = 0;

  constructor(sim: Simulation, limits: PoolLimits, dial: Dial, alive: Alive) {
    this.#sim = sim;
    this.#limits = limits;
    this.#dial = dial;
    this.#alive = alive;
    this.#permits = new Resource(sim, limits.multiplexed ? Number.MAX_SAFE_INTEGER : limits.maxConnections);
  }

  /** Requests that wait for a connection. */
  get pending(): number {
    return this.#permits.waiting + (this.#limits.multiplexed ? this.#connecting : 0);
  }

  /** A connection for one request, until `release`; or why there is none. */
  *acquire(host: UpstreamHost, patience: Micros): Process<Connection | ConnectFailure> {
    const since = this.#sim.now;
    if (!this.#permits.tryAcquire()) {
      if (this.pending >= this.#limits.maxPending) return OVERFLOW;
      if (patience === NEVER) yield* this.#permits.acquire();
      else if (!(yield* this.#permits.acquireUpTo(patience))) return EXPIRED;
    }
    let connection: Connection | undefined;
    try {
      connection = this.#take(host);
      if (connection) return connection;
      if (this.#limits.multiplexed && this.#connecting >= this.#limits.maxPending) return OVERFLOW;
      const failure = yield* this.#open(host, patience - (this.#sim.now - since));
      if (failure !== null) return failure;
      connection = this.#fresh(host);
      return connection ?? GONE;
    } finally {
      if (!connection) this.#permits.release();
    }
  }

  /** The request is over. A connection that is good for more is kept. */
  release(connection: Connection, reusable: boolean): void {
    this.#permits.release();
    connection.usedAt = this.#sim.now;
    if (!reusable || this.#limits.multiplexed || !this.#lives(connection)) return;
    const idle = this.#idle.get(connection.host);
    if (idle) idle.push(connection);
    else this.#idle.set(connection.host, [connection]);
  }

  /** From now on its connections pass by somebody who may forget them. */
  passes(forgets: Forgets): void {
    const before = this.#forgets;
    this.#forgets = (connection) => before?.(connection) ?? forgets(connection);
  }

  /** Whether anybody is on the way who may forget them. */
  get guarded(): boolean {
    return this.#forgets !== null;
  }

  /** Those that lie idle, or are shared. */
  get open(): readonly Connection[] {
    return [...this.#idle.values()].flat().filter((connection) => this.#lives(connection));
  }

  /** Closes what is idle: what is in use is closed when its request is over. */
  drain(): void {
    this.#idle.clear();
  }

  *#open(host: UpstreamHost, patience: Micros): Process<ConnectFailure | null> {
    this.#connecting++;
    try {
      return yield* this.#dial(host, Math.min(patience, this.#limits.connectTimeout));
    } finally {
      this.#connecting--;
    }
  }

  /** The connection last used, if it still lives. */
  #take(host: UpstreamHost): Connection | undefined {
    const idle = this.#idle.get(host);
    for (let connection = idle?.at(-1); connection; connection = idle?.at(-1)) {
      if (this.#lives(connection)) {
        if (!this.#limits.multiplexed) idle?.pop();
        connection.carried++;
        if (this.#forgets) connection.forgotten ??= this.#forgets(connection);
        if (connection.forgotten) connection.doubtedAt ??= this.#sim.now;
        connection.usedAt = this.#sim.now;
        return connection;
      }
      idle?.pop();
    }
    return undefined;
  }

  #fresh(host: UpstreamHost): Connection | undefined {
    const peerSince = this.#alive(host);
    if (peerSince === null) return undefined;
    const { now } = this.#sim;
    const connection: Connection = {
      host,
      openedAt: now,
      peerSince,
      usedAt: now,
      carried: 1,
      forgotten: null,
      doubtedAt: null,
    };
    if (this.#limits.multiplexed) this.#idle.set(host, [connection]);
    return connection;
  }

  #lives(connection: Connection): boolean {
    const { maxRequestsPerConnection: most, idleTimeout, maxConnectionDuration } = this.#limits;
    const { now } = this.#sim;
    if (connection.forgotten) {
      // Its host's end is not heard of, but TCP's own patience ends.
      const { doubtedAt } = connection;
      if (doubtedAt !== null && now - doubtedAt >= TCP_PATIENCE) return false;
    } else if (this.#alive(connection.host) !== connection.peerSince) return false;
    if (most > 0 && connection.carried >= most) return false;
    if (idleTimeout > 0 && now - connection.usedAt >= idleTimeout) return false;
    return maxConnectionDuration === null || now - connection.openedAt < maxConnectionDuration;
  }
}
