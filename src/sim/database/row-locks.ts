import type { Process } from '../kernel/process.ts';
import { Signal } from '../kernel/signal.ts';
import type { Simulation } from '../kernel/simulation.ts';
import type { Micros } from '../kernel/time.ts';

/** Whoever holds and waits for row locks: a transaction. */
export interface LockOwner {
  waitingFor: RowLock | null;
}

interface Waiter {
  readonly owner: LockOwner;
  readonly granted: Signal<true>;
}

/** The write lock of one row, first come, first served. */
export class RowLock {
  holder: LockOwner;
  readonly waiters: Waiter[] = [];

  constructor(holder: LockOwner) {
    this.holder = holder;
  }
}

/**
 * Write locks on rows, held to the end of the transaction, as Postgres does under READ COMMITTED.
 *
 * Whoever would close a circle of waiting is the victim of the deadlock and is not let in.
 */
export class RowLocks {
  readonly #sim: Simulation;
  readonly #locks = new Map<string, RowLock>();

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  /** Takes the lock of `key` if it is free, or its owner's; whether it did. */
  tryAcquire(key: string, owner: LockOwner): boolean {
    const lock = this.#locks.get(key);
    if (!lock) this.#locks.set(key, new RowLock(owner));
    return !lock || lock.holder === owner;
  }

  /** Waits for the lock of `key`, but no longer than `patience`: `deadlock` if waiting for it would never end. */
  *acquire(key: string, owner: LockOwner, patience: Micros): Process<'granted' | 'deadlock' | 'expired'> {
    if (this.tryAcquire(key, owner)) return 'granted';
    const lock = this.#locks.get(key) as RowLock; // somebody else's, or it would have been taken
    for (let other: LockOwner | undefined = lock.holder; other; other = other.waitingFor?.holder) {
      if (other === owner) return 'deadlock';
    }
    const waiter: Waiter = { owner, granted: new Signal<true>(this.#sim) };
    lock.waiters.push(waiter);
    owner.waitingFor = lock;
    let granted = false;
    try {
      if (!(yield* waiter.granted.waitUpTo(patience))) return 'expired';
      granted = true;
    } finally {
      owner.waitingFor = null;
      if (!granted) {
        const place = lock.waiters.indexOf(waiter);
        if (place >= 0) lock.waiters.splice(place, 1);
        else this.release(key, owner); // it was granted in the very instant in which its owner died or gave up
      }
    }
    return 'granted';
  }

  release(key: string, owner: LockOwner): void {
    const lock = this.#locks.get(key);
    if (!lock || lock.holder !== owner) return;
    const next = lock.waiters.shift();
    if (!next) {
      this.#locks.delete(key);
      return;
    }
    lock.holder = next.owner;
    next.owner.waitingFor = null; // now, and not when it wakes: whoever looks for a circle must not find it behind itself
    next.granted.resolve(true);
  }
}
