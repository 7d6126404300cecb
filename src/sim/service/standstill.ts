import type { Incoming } from '../calls/send.ts';
import type { Micros } from '../kernel/time.ts';
import { type Name, NONE } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Job } from './job.ts';
import type { Replica } from './replica.ts';

/** Tells of a request that has to wait because its replica stands still; the record of that. */
export type Touch = (subject: Name | undefined, cause: number, span: number) => number;

/**
 * A replica that stands still, as in a stop-the-world collection: nothing in it goes on, and what comes is not read.
 *
 * Its clock and everybody else's go on: timers are late, heartbeats fail to come, leases run out. Its connections
 * stay, its sidecar and its database work, and its node can still kill it.
 */
export class Standstill {
  readonly #system: System;
  readonly #replica: Replica;
  /** Requests that have come meanwhile: they lie in the socket's buffer. */
  readonly #unread = new Set<Incoming>();
  /** Those who let it stand still, the last of them last. */
  #pauses: Touch[] = [];
  #since: Micros = 0;

  constructor(system: System, replica: Replica) {
    this.#system = system;
    this.#replica = replica;
  }

  /** Requests in the socket's buffer. */
  get unread(): number {
    return this.#unread.size;
  }

  begin(cause: number, touch: Touch, jobs: Iterable<Job>): void {
    const replica = this.#replica;
    if (!replica.up) return;
    const { log, sim } = this.#system;
    this.#pauses.push(touch);
    if (this.#pauses.length > 1) return;
    this.#since = sim.now;
    const record = log.note('paused', replica.name, undefined, cause, cause, replica.inside);
    for (const { frame, incoming, record: request } of jobs) {
      const touched = touch(incoming.request.thing?.recorded, frame?.cause ?? request, request);
      if (frame) frame.cause = touched;
    }
    replica.scope.hold();
    replica.service.silent(replica, record);
  }

  /** Goes on, if it has not died since, and nobody else lets it stand still. */
  end(touch: Touch): void {
    if (!this.#pauses.includes(touch)) return;
    this.#pauses = this.#pauses.filter((other) => other !== touch);
    if (this.#pauses.length > 0) return;
    const { log, sim } = this.#system;
    log.note('resumed', this.#replica.name, undefined, NONE, NONE, sim.now - this.#since);
    this.#replica.scope.release();
  }

  /** Leaves a request unread until the replica goes on, and reads it then; false where it does not stand still. */
  defer(incoming: Incoming, read: (cause: number) => void): boolean {
    const touch = this.#pauses.at(-1);
    if (!touch) return false;
    const cause = touch(incoming.request.thing?.recorded, incoming.cause, incoming.cause);
    this.#unread.add(incoming);
    this.#replica.scope.whenRunning(() => {
      if (this.#unread.delete(incoming)) read(cause);
    });
    return true;
  }

  /** Its process has ended: nothing stands still any more, and what was unread will never be read. */
  die(): readonly Incoming[] {
    const unread = [...this.#unread];
    this.#unread.clear();
    this.#pauses = [];
    return unread;
  }
}
