import type { Incoming, Target } from '../calls/send.ts';
import type { Address } from '../discovery/address.ts';
import { type Micros, NEVER } from '../kernel/time.ts';
import type { End } from '../net/network.ts';
import type { Replica } from '../service/replica.ts';

/** One HTTP/2 connection: all requests of a channel to one replica share it, for as long as it lives. */
export class Connection implements Target {
  readonly address: Address;
  readonly end: End;
  /** When the server asks its client to go elsewhere. */
  readonly goAwayAt: Micros;
  /** The process at the other end: when it ends, the connection does. */
  readonly #since: Micros;

  /** `age`: how long the server lets it live; null: as long as it likes. */
  constructor(address: Address, now: Micros, age: Micros | null) {
    this.address = address;
    this.end = address.end;
    this.#since = address.replica.startedAt;
    this.goAwayAt = age === null ? NEVER : now + age;
  }

  get replica(): Replica {
    return this.address.replica;
  }

  /** Whether the process is still there, and has not said that it takes no more. */
  get lives(): boolean {
    const { replica } = this;
    return (
      // A machine that is off closes nothing.
      ((replica.up && replica.listening) || replica.end.off !== null) &&
      replica.life === this.address.life &&
      replica.startedAt === this.#since
    );
  }

  accept(incoming: Incoming): boolean {
    return this.address.accept(incoming);
  }
}
