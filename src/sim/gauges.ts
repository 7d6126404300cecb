import type { Micros } from './kernel/time.ts';

/**
 * What the metrics of a broker, a limit or a mesh tell of it, and no single event does.
 *
 * Of a partition: `log start`, `high watermark` and `log end` are offsets, `leader` a broker's id or -1, `in sync` 1
 * or 0 for each of its replicas, `committed` the next offset that a group will read, or -1 once that is forgotten. Of
 * a cloud queue: `delayed` is, for each message that is sent with a delay, the time at which it can be received. Of a
 * service or an instance: `left` are the requests that a limit would let through right after the last one that it
 * counted. Of an instance: `unsent` are the messages of response streams that its readers' windows have no room for, `unread` those
 * that have come to it and that it has not read. Of a service: `valid until` is when the certificate ends that it showed in its last handshake.
 */
export type Measure =
  | 'log start'
  | 'high watermark'
  | 'log end'
  | 'leader'
  | 'in sync'
  | 'committed'
  | 'delayed'
  | 'left'
  | 'unsent'
  | 'unread'
  | 'valid until';

/** A number over time: what it was set to, and when. Plain data, as all of a run. */
export interface Gauge {
  readonly measure: Measure;
  /** `kafka/orders[0]`, a queue such as `sqs/resize`, a service or an instance. */
  readonly place: string;
  /** The group, the broker, or the limit and its consumer that it is about; empty where it is about the place itself. */
  readonly of: string;
  /** In order; of one moment the last counts. */
  readonly times: readonly Micros[];
  readonly values: readonly number[];
}

interface Growing extends Gauge {
  readonly times: Micros[];
  readonly values: number[];
}

/** Keeps what brokers, limits and meshes tell of themselves, as of now. */
export class Gauges {
  readonly #clock: { readonly now: Micros };
  readonly #all = new Map<string, Growing>();

  constructor(clock: { readonly now: Micros }) {
    this.#clock = clock;
  }

  /** From now on the number is `value`. */
  set(measure: Measure, place: string, value: number, of = ''): void {
    const key = `${measure} ${place} ${of}`;
    let gauge = this.#all.get(key);
    if (!gauge) {
      gauge = { measure, place, of, times: [], values: [] };
      this.#all.set(key, gauge);
    }
    gauge.times.push(this.#clock.now);
    gauge.values.push(value);
  }

  /** Every gauge, in the order in which they were first set. */
  all(): readonly Gauge[] {
    return [...this.#all.values()];
  }
}
