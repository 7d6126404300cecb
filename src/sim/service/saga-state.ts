import type { Host } from '../flow/host.ts';
import type { Request } from '../flow/request.ts';
import type { Scope } from '../kernel/process.ts';
import type { Micros } from '../kernel/time.ts';
import type { Failed } from '../outcome.ts';

/** How far one process has come: what a stored saga finds again after a crash. */
export interface SagaProgress {
  readonly operation: string;
  readonly request: Request;
  /** The record of its last progress: causes go on from there. */
  record: number;
  /** Items of the order that are done. */
  done: number;
  /** Results so far. */
  slots: unknown[];
  /** Steps that have something to undo, in the order in which they were started. */
  armed: string[];
  /** Why it turned back; null while it goes forward. */
  turned: Failed | null;
  lease: Lease | null;
}

/** Who works on it. A live worker renews its lease; a dead one's runs out. */
interface Lease {
  readonly host: Host;
  readonly scope: Scope;
  renewed: Micros;
}

/** Processes whose progress survives a crash. */
export class SagaStore {
  readonly #running = new Set<SagaProgress>();

  start(progress: SagaProgress): void {
    this.#running.add(progress);
  }

  end(progress: SagaProgress): void {
    this.#running.delete(progress);
  }

  /** Renews the leases of the living, and returns those processes whose lease has run out. */
  orphans(now: Micros, lasts: Micros): SagaProgress[] {
    const orphans: SagaProgress[] = [];
    for (const progress of this.#running) {
      const { lease } = progress;
      if (lease && lease.host.scope === lease.scope && !lease.scope.held) lease.renewed = now;
      else if (!lease || lease.renewed + lasts <= now) orphans.push(progress);
    }
    return orphans;
  }

  get size(): number {
    return this.#running.size;
  }
}
