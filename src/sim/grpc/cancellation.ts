/** Why nobody wants an answer any more. */
export type CancelReason = 'deadline exceeded' | 'cancelled by its caller' | 'its connection was closed';

/** A call that its caller may take back: what is done for it hears of that, and takes its own calls back. */
export class Cancellation {
  #reason: CancelReason | null = null;
  readonly #listeners = new Set<(reason: CancelReason) => void>();

  /** Null while the answer is wanted. */
  get reason(): CancelReason | null {
    return this.#reason;
  }

  /** Takes the call back, once. */
  cancel(reason: CancelReason): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    for (const listener of [...this.#listeners]) listener(reason);
    this.#listeners.clear();
  }

  /** Hears of it; the result ends that. */
  listen(listener: (reason: CancelReason) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
