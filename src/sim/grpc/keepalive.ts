import type { Host } from '../flow/host.ts';
import { mix } from '../kernel/luck.ts';
import type { Micros } from '../kernel/time.ts';
import { NONE } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Connection } from './connection.ts';
import { PingPolicy } from './ping-policy.ts';

export interface KeepaliveSettings {
  /** Without anything heard for so long, the other end is asked (PING). */
  readonly time: Micros;
  /** So long for its answer. */
  readonly timeout: Micros;
  /** Whether it is asked when no call is on the connection, too. */
  readonly withoutCalls: boolean;
}

/**
 * Asks the other end of a connection whether it is still there, and gives the connection up if no answer comes.
 *
 * It sleeps while there are no calls, unless it is told to ask then, too; the first call afterwards has it ask at once.
 * Source: gRFC A8, and grpc-go's `http2Client.keepalive`.
 */
export class Keepalive {
  readonly #system: System;
  readonly #caller: Host;
  readonly #connection: Connection;
  readonly #settings: KeepaliveSettings;
  readonly #policy: PingPolicy;
  #heardAt: Micros;
  #asleep = false;
  #asked = 0;

  constructor(system: System, caller: Host, connection: Connection, settings: KeepaliveSettings) {
    this.#system = system;
    this.#caller = caller;
    this.#connection = connection;
    this.#settings = settings;
    this.#policy = new PingPolicy(connection.replica.release.settings.grpc);
    this.#heardAt = system.sim.now;
    this.#lookAt(this.#heardAt + settings.time);
  }

  /** A call has begun. */
  wake(): void {
    if (!this.#asleep) return;
    this.#asleep = false;
    this.#look();
  }

  /** An answer to a call has come from the other end. */
  answered(): void {
    this.#heardAt = this.#system.sim.now;
    this.#policy.answers();
  }

  #lookAt(at: Micros): void {
    // A process that stands still does not ask, and does not conclude.
    this.#system.sim.at(at, () => this.#caller.scope.whenRunning(() => this.#look()));
  }

  #look(): void {
    const { time, withoutCalls } = this.#settings;
    const { lives, calls, goAwayAt } = this.#connection;
    if (!lives || (calls === 0 && this.#system.sim.now >= goAwayAt)) return;
    const due = this.#heardAt + time;
    if (due > this.#system.sim.now) this.#lookAt(due);
    else if (calls === 0 && !withoutCalls) this.#asleep = true;
    else this.#ask();
  }

  #ask(): void {
    const { sim, network } = this.#system;
    const connection = this.#connection;
    const { replica } = connection;
    const near = this.#caller.end;
    const key = mix(this.#caller.name.hash, replica.name.hash);
    const variant = ++this.#asked;
    const since = sim.now;
    let waiting = true;
    connection.use();
    const send = (back: boolean, then: () => void) => {
      const [from, to] = back ? [connection.end, near] : [near, connection.end];
      const leg = back ? 'reply' : 'request';
      const way = network.send(from, to, leg, key, variant, undefined, NONE, NONE);
      if (way.lost === null && !way.refused) sim.after(way.delay, then);
    };
    const heard = () => {
      this.#heardAt = sim.now;
      if (!waiting) return;
      waiting = false;
      this.#look();
    };
    const asked = () => {
      if (!connection.lives) return;
      if (this.#policy.bears(sim.now, connection.calls)) send(true, heard);
      else connection.turnAway();
    };
    send(false, () => replica.scope.whenRunning(asked));
    sim.after(this.#settings.timeout, () =>
      this.#caller.scope.whenRunning(() => {
        if (!waiting || !connection.lives) return;
        waiting = false;
        // Who has answered something else since is there, whatever became of the ping.
        if (this.#heardAt > since) this.#look();
        else connection.giveUp('keepalive');
      }),
    );
  }
}
