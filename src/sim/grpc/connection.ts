import type { Carried, Incoming, Target } from '../calls/send.ts';
import type { Address } from '../discovery/address.ts';
import { type Micros, NEVER } from '../kernel/time.ts';
import { type Firewall, type Forgotten, lostEnd } from '../net/firewall.ts';
import { type End, TCP_PATIENCE } from '../net/network.ts';
import { RESET, UNPROCESSED } from '../outcome.ts';
import { type Name, NONE } from '../recorder.ts';
import type { Replica } from '../service/replica.ts';
import type { System } from '../system.ts';
import type { Keepalive } from './keepalive.ts';

/** Why a client has given a connection up. */
export type Lost = 'keepalive' | 'retransmission';

/** One HTTP/2 connection: all requests of a channel to one replica share it, for as long as it lives. */
export class Connection implements Target {
  readonly address: Address;
  end: End;
  /** When the server asks its client to go elsewhere. */
  goAwayAt: Micros;
  /** Finds out whether anybody is still there; null: nobody asks. */
  keepalive: Keepalive | null = null;
  readonly #system: System;
  /** Those on the way, and when something was sent last that they have seen. */
  #firewalls: readonly Firewall[] = [];
  #usedAt: Micros;
  /** The process at the other end: when it ends, the connection does. */
  readonly #since: Micros;
  /** The channel, for the record. */
  readonly #name: Name;
  readonly #breaksOff: boolean;
  readonly #turnedAway: () => void;
  readonly #carried = new Set<Carried>();
  #forgotten: Forgotten | null = null;
  #closed = false;
  #brokenOff = false;
  #patience = false;

  /**
   * `age`: how long the server lets it live, `grace`: for how long it lets what is in progress go on then; null: for ever.
   * `turnedAway`: told where it has had enough of pings.
   */
  constructor(
    system: System,
    name: Name,
    address: Address,
    age: Micros | null,
    grace: Micros | null,
    turnedAway: () => void,
  ) {
    const { now } = system.sim;
    this.#system = system;
    this.address = address;
    this.end = address.end;
    this.#since = address.replica.startedAt;
    this.#usedAt = now;
    this.#name = name;
    this.#turnedAway = turnedAway;
    this.goAwayAt = age === null ? NEVER : now + age;
    this.#breaksOff = age !== null && grace !== null;
    if (age !== null && grace !== null) system.sim.after(age + grace, () => this.#outlived());
  }

  get replica(): Replica {
    return this.address.replica;
  }

  /** For firewalls: what is forgotten of a replica's connections is forgotten of all callers'. */
  get key(): number {
    return this.replica.name.hash;
  }

  /** Whether the process is still there, and has not said that it takes no more; as far as its client can know. */
  get lives(): boolean {
    if (this.#closed) return false;
    if (this.#forgotten) return true;
    const { replica } = this;
    return (
      // A machine that is off closes nothing.
      ((replica.up && replica.listening) || replica.end.off !== null) &&
      replica.life === this.address.life &&
      replica.startedAt === this.#since
    );
  }

  /** Calls that wait for an answer, where anybody asks. */
  get calls(): number {
    return this.#carried.size;
  }

  /** A process that is stopping has told its clients so (GOAWAY), and begins with nothing that comes after that. */
  accept(incoming: Incoming): boolean {
    const { replica } = this;
    if (this.#brokenOff) return true; // what was still on its way is lost with it, and its caller knows
    if (replica.listening || replica.state !== 'stopping' || replica.startedAt !== this.#since)
      return this.address.accept(incoming);
    const { cause, request } = incoming;
    const { log } = this.#system;
    const subject = request.thing?.recorded;
    const record = log.note('goAway', this.#name, subject, cause, cause, 0, 'stopping', replica.name);
    incoming.answer(UNPROCESSED, record);
    return true;
  }

  /** Passes by somebody who may forget it. */
  passes(firewall: Firewall): void {
    this.#firewalls = [...this.#firewalls, firewall];
  }

  /** Something is sent over it now: whoever is on the way has forgotten it by now, or has not. */
  use(): void {
    for (const firewall of this.#firewalls) {
      const forgotten = this.#forgotten ? null : firewall(this.key, this.#usedAt);
      if (forgotten) this.forget(forgotten);
    }
    this.#usedAt = this.#system.sim.now;
  }

  /** Somebody on the way does not know it any more: nothing passes, in neither direction, and neither end is told. */
  forget(forgotten: Forgotten): void {
    this.end = lostEnd(this.end, forgotten);
    this.goAwayAt = NEVER;
    this.#forgotten = forgotten;
  }

  begins(call: Carried): ((answered: boolean) => void) | undefined {
    const { keepalive } = this;
    if (!keepalive && !this.#forgotten && !this.#breaksOff && this.#firewalls.length === 0) return undefined;
    this.#carried.add(call);
    if (this.#forgotten) this.#beginsToDoubt();
    keepalive?.wake();
    return (answered) => {
      this.#carried.delete(call);
      if (answered) this.heard();
    };
  }

  heard(): void {
    this.#usedAt = this.#system.sim.now;
    this.keepalive?.answered();
  }

  /** Its client gives it up, and fails what was on it. */
  giveUp(why: Lost): void {
    if (this.#closed) return;
    this.#closed = true;
    const { log } = this.#system;
    const { size } = this.#carried;
    const cause = this.#forgotten?.record ?? NONE;
    const record = log.note(
      'connectionLost',
      this.#name,
      undefined,
      cause,
      NONE,
      size,
      why,
      this.replica.name,
    );
    for (const call of [...this.#carried]) call.settle(RESET, record);
  }

  /** Its client is gone. */
  close(): void {
    this.#closed = true;
  }

  /** Its server has had enough of its client's pings. */
  turnAway(): void {
    this.#breakOff('too_many_pings');
    this.#turnedAway();
  }

  #outlived(): void {
    if (this.lives && !this.#forgotten && this.#carried.size > 0) this.#breakOff('max_age_grace');
  }

  /** Its server ends it, and all that is still in progress. */
  #breakOff(why: 'max_age_grace' | 'too_many_pings'): void {
    this.#closed = true;
    this.#brokenOff = true;
    const { log } = this.#system;
    const { size } = this.#carried;
    const record = log.note('goAway', this.#name, undefined, NONE, NONE, size, why, this.replica.name);
    for (const call of [...this.#carried]) {
      call.request.cancellation?.cancel('its connection was closed');
      call.settle(RESET, record);
    }
  }

  #beginsToDoubt(): void {
    if (this.#patience) return;
    this.#patience = true;
    this.#system.sim.after(TCP_PATIENCE, () => this.giveUp('retransmission'));
  }
}
