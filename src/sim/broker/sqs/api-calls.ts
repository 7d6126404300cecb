import { TokenBucket } from '../../limits/token-bucket.ts';
import type { Clock } from './clock.ts';
import { FIFO_CALLS } from './quotas.ts';

/** Microseconds in which one more call is allowed. */
const INTERVAL = Math.floor(1_000_000 / FIFO_CALLS);

/** The calls that a FIFO queue takes: so many a second for each action, a batch being one call. */
export class ApiCalls {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a call of an action, or of an action on one message group; false if it is one too many. */
  allows(action: string): boolean {
    let bucket = this.#buckets.get(action);
    if (!bucket) {
      bucket = new TokenBucket(FIFO_CALLS, INTERVAL);
      this.#buckets.set(action, bucket);
    }
    return bucket.ask(this.#clock.now).allowed;
  }
}
