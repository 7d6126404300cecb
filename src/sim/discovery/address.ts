import type { Incoming, Target } from '../calls/send.ts';
import type { End } from '../net/network.ts';
import { REFUSED } from '../outcome.ts';
import type { Replica } from '../service/replica.ts';
import type { System } from '../system.ts';

/** An instance as a caller knows it, which may be gone by the time a request gets there. */
export class Address implements Target {
  readonly replica: Replica;
  readonly end: End;
  /** Which of the replica's lives it names: a replacement is given another address. */
  readonly life: number;
  readonly #system: System;

  constructor(system: System, replica: Replica) {
    this.#system = system;
    this.replica = replica;
    this.end = replica.end;
    this.life = replica.life;
  }

  accept(incoming: Incoming): boolean {
    const { replica } = this;
    if (replica.life === this.life && replica.accept(incoming)) return true;
    const { log } = this.#system;
    const { operation, request, cause } = incoming;
    const why = replica.life !== this.life ? 'replaced' : replica.state;
    const subject = request.thing?.recorded;
    incoming.answer(REFUSED, log.note('misdirected', operation, subject, cause, cause, 0, why, replica.name));
    return true;
  }
}
