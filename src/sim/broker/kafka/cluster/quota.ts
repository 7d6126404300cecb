import type { Micros } from '../../../kernel/time.ts';
import { MILLISECOND } from '../clock.ts';
import type { BrokerSettings } from '../settings.ts';

/** What a client may send or fetch, in bytes a second on each broker. */
export interface Quota {
  readonly producer_byte_rate?: number;
  readonly consumer_byte_rate?: number;
}

/** Measures one client's rate over the last few windows, and tells how long it has to be held up (`ClientQuotaManager`). */
export class QuotaMeter {
  readonly #size: Micros;
  readonly #windows: number;
  readonly #samples: { start: Micros; bytes: number }[] = [];

  constructor(settings: BrokerSettings) {
    this.#size = settings['quota.window.size.seconds'] * 1_000 * MILLISECOND;
    this.#windows = settings['quota.window.num'];
  }

  /** Counts bytes; returns the wait after which the rate is down at `limit` again. */
  count(bytes: number, limit: number, now: Micros): Micros {
    const last = this.#samples.at(-1);
    if (last && now - last.start < this.#size) last.bytes += bytes;
    else this.#samples.push({ start: now, bytes });
    while (this.#samples.length > 0 && now - this.#samples[0]!.start >= this.#windows * this.#size)
      this.#samples.shift();
    const total = this.#samples.reduce((sum, sample) => sum + sample.bytes, 0);
    // A meter that has just begun is taken to have been silent before (`Rate.windowSize`).
    const elapsed = Math.max(now - (this.#samples[0]?.start ?? now), (this.#windows - 1) * this.#size);
    const rate = (total * 1_000 * MILLISECOND) / elapsed;
    return rate <= limit ? 0 : Math.round(((rate - limit) / limit) * elapsed);
  }
}
