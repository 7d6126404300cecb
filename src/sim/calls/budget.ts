/** Retries that a client may make before it has earned any, and the most it can save up. */
const RESERVE = 10_000_000;
const CAP = 100_000_000;

/**
 * A retry budget: every call earns a share of a retry, every retry costs one.
 *
 * A token bucket in whole millionths, as in Finagle and the AWS SDKs; it starts with ten retries in reserve.
 */
export class RetryBudget {
  readonly #earned: number;
  #tokens = RESERVE;

  /** `share` in parts per million of the calls. */
  constructor(share: number) {
    this.#earned = share;
  }

  /** A first attempt was made. */
  earn(): void {
    this.#tokens = Math.min(CAP, this.#tokens + this.#earned);
  }

  /** Pays for one retry, if it can be paid. */
  spend(): boolean {
    if (this.#tokens < 1_000_000) return false;
    this.#tokens -= 1_000_000;
    return true;
  }
}
