import type { RetryThrottling } from '../world/schema/grpc.ts';

/**
 * gRPC's retry throttling (gRFC A6): a bucket that failures empty and successes fill; above half of it retries are made.
 *
 * Counted in thousandths of a token, as gRPC does.
 */
export class RetryThrottle {
  readonly #most: number;
  readonly #earned: number;
  #tokens: number;

  constructor({ maxTokens, tokenRatio }: RetryThrottling) {
    this.#most = maxTokens * 1_000;
    this.#earned = Math.floor(tokenRatio * 1_000);
    this.#tokens = this.#most;
  }

  /** An attempt ended: well, or with a failure that is worth a retry. */
  report(ok: boolean): void {
    this.#tokens = ok ? Math.min(this.#most, this.#tokens + this.#earned) : Math.max(0, this.#tokens - 1_000);
  }

  /** Whether a retry may be made. */
  get allows(): boolean {
    return this.#tokens > this.#most / 2;
  }
}
