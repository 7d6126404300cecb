import type { Address } from '../discovery/address.ts';
import type { Finder, Nobody, Wanted } from '../discovery/directory.ts';
import type { Host } from '../flow/host.ts';
import { mix, type Stream } from '../kernel/luck.ts';
import { type Micros, seconds } from '../kernel/time.ts';
import type { Firewall } from '../net/firewall.ts';
import { failed } from '../outcome.ts';
import { Name, NONE } from '../recorder.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import type { GrpcChannelSettings } from '../world/schema/grpc.ts';
import { Connection } from './connection.ts';
import { Keepalive } from './keepalive.ts';

/** After a failed attempt: 1 s, then 1.6 times as long each time up to 120 s, a fifth more or less (gRPC, "Connection Backoff"). */
const FIRST_WAIT: Micros = seconds(1);
const LONGEST_WAIT: Micros = seconds(120);
const GROWTH = 1.6;
const JITTER = 0.2;

/** Servers end connections a tenth earlier or later than they say, so that not all come back at once (grpc-go). */
const AGE_JITTER = 0.1;

/** The least time that an attempt to connect is given. */
const CONNECT_TIMEOUT: Micros = seconds(20);

const UNAVAILABLE = failed('connect-failure', 503, 'never');

type Use = (found: Connection | Nobody) => void;

interface Waiting {
  readonly wanted: Wanted;
  readonly use: Use;
}

/**
 * A gRPC channel of one process to one service: the addresses that its name has, a connection to one of them or to each,
 * and whoever waits for one.
 *
 * A name that stands for a virtual address, as behind a balancer of connections, has one address, whatever the policy:
 * the replica behind it is chosen when the connection is opened. Names are looked up again when a connection is lost.
 */
export class Channel {
  readonly settings: GrpcChannelSettings;
  readonly #system: System;
  readonly #caller: Host;
  readonly #finder: Finder;
  readonly #name: Name;
  readonly #stream: Stream;
  #connections: Connection[] = [];
  #waiting: Waiting[] = [];
  readonly #firewalls: Firewall[] = [];
  #turn = 0;
  /** How many times as long it waits by now before it asks whether anybody is there. */
  #calm = 1;
  #dialled = 0;
  /** Attempts on their way. */
  #connecting = 0;
  #resolving = false;
  #failures = 0;
  #retryAt: Micros = 0;
  #lastFailure = NONE;

  constructor(system: System, caller: Host, service: Service, finder: Finder, settings: GrpcChannelSettings) {
    this.#system = system;
    this.#caller = caller;
    this.#finder = finder;
    this.settings = settings;
    this.#name = new Name(`${caller.name.text} -> ${service.name}`);
    this.#stream = system.luck.stream(`grpc/${service.name}`);
  }

  /** Those that it has open, as far as it knows. */
  get connections(): readonly Connection[] {
    return this.#connections.filter(({ lives }) => lives);
  }

  /** From now on its connections pass by somebody who may forget them. */
  passes(firewall: Firewall): void {
    this.#firewalls.push(firewall);
    for (const connection of this.#connections) connection.passes(firewall);
  }

  /** Its process is gone. */
  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  /** The connection for one request: at once where there is one, else when there is. */
  find(wanted: Wanted, use: Use): void {
    const lost = this.#tidy();
    if (this.#connections.length > 0) {
      const connection = this.#connections[this.#turn++ % this.#connections.length] as Connection;
      connection.use();
      use(connection);
      if (lost) this.#resolve(wanted);
      return;
    }
    const { now } = this.#system.sim;
    if (now < this.#retryAt && !this.settings.waitForReady) {
      use({ outcome: UNAVAILABLE, cause: this.#lastFailure });
      return;
    }
    this.#waiting.push({ wanted, use });
    if (now >= this.#retryAt) this.#resolve(wanted);
  }

  /** Drops connections that are over; whether there were any. */
  #tidy(): boolean {
    const { sim, log } = this.#system;
    const before = this.#connections.length;
    this.#connections = this.#connections.filter((connection) => {
      const { lives, goAwayAt, replica } = connection;
      if (lives && sim.now >= goAwayAt)
        log.note('goAway', this.#name, undefined, NONE, NONE, 0, 'max_age', replica.name);
      return lives && sim.now < goAwayAt;
    });
    return this.#connections.length < before;
  }

  #resolve(wanted: Wanted): void {
    if (this.#resolving || this.#connecting > 0) return;
    this.#resolving = true;
    const each = this.settings.loadBalancingPolicy === 'round_robin';
    const dial = { ...wanted, key: mix(this.#caller.name.hash, ++this.#dialled), variant: 0 };
    const done = (found: readonly Address[] | Nobody) => {
      this.#resolving = false;
      if ('outcome' in found || found.length === 0) {
        this.#failed('outcome' in found ? found.cause : NONE);
        return;
      }
      const missing = found.filter((address) =>
        this.#connections.every((connection) => connection.address !== address),
      );
      if (each) for (const address of missing) this.#connect([address], dial.key);
      else this.#connect(turned(found, this.#stream.below(found.length, dial.key, 0, 3)), dial.key);
    };
    if (this.#finder.virtual) this.#finder.find(dial, (found) => done('outcome' in found ? found : [found]));
    else this.#finder.look(dial, done);
  }

  /** Opens one connection, to the first of these that takes it: a round trip each. */
  #connect([address, ...others]: readonly Address[], key: number): void {
    if (!address) return;
    const { sim, network } = this.#system;
    this.#connecting++;
    const luck = mix(key, address.replica.name.hash);
    const way = network.send(this.#caller.end, address.end, 'connect', luck, 0, undefined, NONE, NONE);
    sim.after(way.lost === null ? way.delay * 2 : CONNECT_TIMEOUT, () => {
      this.#connecting--;
      const { replica, life } = address;
      const reached = way.lost === null && !way.refused;
      if (reached && replica.up && replica.listening && replica.life === life) {
        this.#opened(address, luck);
        return;
      }
      const record = this.#note('connectFailed', address, way.cause);
      if (others.length > 0) this.#connect(others, key);
      else if (this.#connecting === 0) this.#failed(record);
    });
  }

  #opened(address: Address, luck: number): void {
    const { maxConnectionAge: age = null, maxConnectionAgeGrace: grace = null } =
      address.replica.release.settings.grpc ?? {};
    const spread = 1 + (this.#stream.uniform(luck, 0, 1) * 2 - 1) * AGE_JITTER;
    const life = age === null ? null : Math.round(age * spread);
    const connection = new Connection(this.#system, this.#name, address, life, grace, this.#calmDown);
    for (const firewall of this.#firewalls) connection.passes(firewall);
    const { keepAliveTime, keepAliveTimeout: timeout, keepAliveWithoutCalls: withoutCalls } = this.settings;
    if (keepAliveTime !== null) {
      const time = keepAliveTime * this.#calm;
      const settings = { time, timeout, withoutCalls };
      connection.keepalive = new Keepalive(this.#system, this.#caller, connection, settings);
    }
    this.#connections.push(connection);
    this.#failures = 0;
    this.#retryAt = 0;
    this.#note('connected', address, NONE);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { use } of waiting) use(connection);
  }

  /** Told that it asks too often, it asks half as often on its next connections (gRFC A8). */
  readonly #calmDown = (): void => {
    this.#calm *= 2;
  };

  /** Somebody could not be reached. While there is nobody, those who wait are told, unless they wait as long as it takes. */
  #failed(cause: number): void {
    const { sim } = this.#system;
    let wait = FIRST_WAIT;
    for (let i = 0; i < this.#failures && wait < LONGEST_WAIT; i++) wait *= GROWTH;
    const u = this.#stream.uniform(mix(this.#caller.name.hash, ++this.#dialled), 0, 2);
    const after = Math.round(Math.min(wait, LONGEST_WAIT) * (1 + (u * 2 - 1) * JITTER));
    this.#failures++;
    this.#retryAt = sim.now + after;
    this.#lastFailure = cause;
    if (!this.settings.waitForReady) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const { use } of waiting) use({ outcome: UNAVAILABLE, cause });
    }
    sim.after(after, () => {
      if (this.#waiting.length > 0 || this.#connections.length > 0)
        this.#resolve({ key: 0, variant: 0, cause: NONE });
    });
  }

  #note(kind: 'connected' | 'connectFailed', { replica }: Address, cause: number): number {
    const { length } = this.#connections;
    return this.#system.log.note(kind, this.#name, undefined, cause, NONE, length, undefined, replica.name);
  }
}

const turned = <T>(list: readonly T[], by: number): readonly T[] => [...list.slice(by), ...list.slice(0, by)];
