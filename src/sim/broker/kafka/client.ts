import { hashText } from '../../kernel/luck.ts';
import type { Micros } from '../../kernel/time.ts';
import { type BackoffSettings, retryBackoff } from './backoff.ts';
import { type Clock, MILLISECOND } from './clock.ts';
import type { Broker } from './cluster/broker.ts';
import type { KafkaCluster } from './cluster/cluster.ts';
import { Connection, type Respond, type Unanswered } from './connection.ts';
import type { ErrorCode } from './errors.ts';
import type { Host } from './wire.ts';

/** Settings that all clients share. */
export interface ClientSettings extends BackoffSettings {
  readonly 'client.id': string;
  readonly 'request.timeout.ms': number;
  readonly 'metadata.max.age.ms': number;
}

/** What a client makes of no answer. */
const errorOf = (why: Unanswered): ErrorCode =>
  why === 'timeout' ? 'REQUEST_TIMED_OUT' : 'NETWORK_EXCEPTION';

/** A process that talks to a cluster: its connections, and its luck. */
export class Client {
  readonly cluster: KafkaCluster;
  readonly host: Host;
  readonly settings: ClientSettings;
  readonly #connections = new Map<string, Connection>();
  readonly #key: number;
  #draws = 0;
  #closed = false;

  constructor(cluster: KafkaCluster, host: Host, settings: ClientSettings) {
    this.cluster = cluster;
    this.host = host;
    this.settings = settings;
    this.#key = hashText(`${host.name}/${settings['client.id']}`);
  }

  get clock(): Clock {
    return this.host.clock ?? this.cluster.clock;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** A number from 0 up to but excluding 1: of this client's own luck. */
  draw(): number {
    return this.cluster.luck.uniform(this.#key, this.#draws++);
  }

  /** The wait before retry number `retry`, from 1. */
  backoff(retry: number): Micros {
    return retryBackoff(this.settings, retry, this.draw());
  }

  /** Runs after a while, unless the client is closed by then. */
  later(delay: Micros, act: () => void): number {
    return this.clock.after(delay, () => {
      if (!this.#closed) act();
    });
  }

  /** The connection to a broker; coordinators have one of their own, so that no fetch holds them up. */
  connection(broker: number, purpose = ''): Connection {
    const key = `${purpose}${broker}`;
    let connection = this.#connections.get(key);
    if (!connection) {
      const { clock, wire } = this.cluster;
      connection = new Connection(clock, wire, this.host, this.cluster.broker(broker));
      this.#connections.set(key, connection);
    }
    return connection;
  }

  /** Asks a broker; no answer is an error like any other. */
  ask<A>(
    id: number,
    purpose: string,
    bytes: number,
    serve: (broker: Broker, respond: Respond<A>) => void,
    done: (answer: A) => void,
    failed: (error: ErrorCode) => void,
    timeout: Micros = this.settings['request.timeout.ms'] * MILLISECOND,
  ): void {
    const broker = this.cluster.broker(id);
    this.connection(id, purpose).request<A>(
      bytes,
      timeout,
      (respond) => serve(broker, respond),
      (answer) => {
        if (!this.#closed) done(answer);
      },
      (why) => {
        if (!this.#closed) failed(errorOf(why));
      },
    );
  }

  /** Ends without a word, as a process that is killed. */
  close(): void {
    this.#closed = true;
    for (const connection of this.#connections.values()) connection.close();
  }
}
