/** Someone who was told to wait for room, and is told once when there is some. */
export interface Waiter {
  resume(): void;
}

/**
 * A channel's shared limit: `basic.qos` with `global`.
 *
 * It counts what all consumers of the channel have out, on classic queues only, as the server's does.
 */
export class Limiter {
  #limit = 0;
  #volume = 0;
  readonly #waiters = new Set<Waiter>();

  /** Whether there is a limit. */
  get active(): boolean {
    return this.#limit > 0;
  }

  /** Sets the limit, at least 1; `unacked` counts what is out, if there was none before. */
  limit(limit: number, unacked: number): void {
    this.#change(() => {
      if (this.#limit === 0) this.#volume = unacked;
      this.#limit = limit;
    });
  }

  /** Takes the limit away. */
  lift(): void {
    this.#change(() => {
      this.#limit = 0;
      this.#volume = 0;
    });
  }

  /** Whether one more may go out; if not, the waiter is told when it may. */
  admit(waiter: Waiter, counts: boolean): boolean {
    if (this.#full) {
      this.#waiters.add(waiter);
      return false;
    }
    if (counts) this.#volume++;
    return true;
  }

  /** So many came back. */
  release(count: number): void {
    this.#change(() => {
      this.#volume = this.#volume === 0 ? 0 : this.#volume - count;
    });
  }

  forget(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }

  get #full(): boolean {
    return this.#limit !== 0 && this.#volume >= this.#limit;
  }

  #change(change: () => void): void {
    const wasFull = this.#full;
    change();
    if (!wasFull || this.#full) return;
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const waiter of waiters) waiter.resume();
  }
}
