import type { ErrorCode } from '../errors.ts';
import { type DraftBatch, NO_PRODUCER, nextSequence, type RecordBatch } from './batch.ts';

/** Batches that a partition remembers of each producer (`ProducerStateEntry.NUM_BATCHES_TO_RETAIN`). */
const REMEMBERED = 5;

interface ProducerState {
  epoch: number;
  /** Oldest first. */
  readonly batches: RecordBatch[];
  /** Where its open transaction began here; null where it has none. */
  firstOffset: number | null;
}

/** A transaction that came to nothing, with the offsets from its first record to its marker. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
}

/** What becomes of a batch: it is new, it is here already, or it cannot be taken. */
export type Verdict =
  | { readonly kind: 'append' }
  | { readonly kind: 'duplicate'; readonly of: RecordBatch }
  | { readonly kind: 'refuse'; readonly error: ErrorCode };

const APPEND: Verdict = { kind: 'append' };
const refuse = (error: ErrorCode): Verdict => ({ kind: 'refuse', error });

/** What a partition knows of idempotent and transactional producers (`ProducerStateManager`). */
export class ProducerStates {
  readonly #states = new Map<number, ProducerState>();
  /** Transactions that are over, but whose marker may not be committed yet. */
  #ended: { readonly firstOffset: number; readonly marker: number }[] = [];
  #aborted: AbortedTransaction[] = [];
  #open = 0;

  /** Judges what a producer sends, by its epoch and sequence (`ProducerAppendInfo`). */
  check({ producerId, producerEpoch, baseSequence, records, marker }: DraftBatch): Verdict {
    if (producerId === NO_PRODUCER) return APPEND;
    const state = this.#states.get(producerId);
    if (!state) return APPEND; // unknown, perhaps expired: whatever it sends is its beginning (KIP-360)
    if (producerEpoch < state.epoch) return refuse('INVALID_PRODUCER_EPOCH');
    if (marker !== null || baseSequence < 0) return APPEND; // of a coordinator, which needs no sequence
    if (producerEpoch > state.epoch)
      return baseSequence === 0 ? APPEND : refuse('OUT_OF_ORDER_SEQUENCE_NUMBER');
    const lastSequence = nextSequence(baseSequence, records.length - 1);
    for (const batch of state.batches)
      if (batch.baseSequence === baseSequence && batch.lastSequence === lastSequence)
        return { kind: 'duplicate', of: batch };
    const last = state.batches.at(-1);
    if (last && baseSequence !== nextSequence(last.lastSequence))
      return refuse('OUT_OF_ORDER_SEQUENCE_NUMBER');
    if (!last && baseSequence !== 0) return refuse('OUT_OF_ORDER_SEQUENCE_NUMBER');
    return APPEND;
  }

  /** Notes a batch that is in the log now. */
  update(batch: RecordBatch): void {
    const { producerId, producerEpoch, transactional, marker, baseOffset } = batch;
    if (producerId === NO_PRODUCER) return;
    let state = this.#states.get(producerId);
    if (!state) {
      state = { epoch: producerEpoch, batches: [], firstOffset: null };
      this.#states.set(producerId, state);
    }
    if (producerEpoch > state.epoch) {
      state.epoch = producerEpoch;
      state.batches.length = 0;
    }
    if (marker !== null) {
      this.#end(producerId, state, batch);
      return;
    }
    if (batch.baseSequence >= 0) state.batches.push(batch);
    if (state.batches.length > REMEMBERED) state.batches.shift();
    if (transactional && state.firstOffset === null) {
      state.firstOffset = baseOffset;
      this.#open++;
    }
  }

  /** The epoch that a producer is known with here; -1 where it is not. */
  epochOf(producerId: number): number {
    return this.#states.get(producerId)?.epoch ?? NO_PRODUCER;
  }

  /** The first offset whose fate is not sealed: of a transaction that is open, or whose marker is not committed. */
  firstUnstable(highWatermark: number): number {
    let first = Number.POSITIVE_INFINITY;
    if (this.#open > 0)
      for (const { firstOffset } of this.#states.values())
        if (firstOffset !== null && firstOffset < first) first = firstOffset;
    if (this.#ended.length > 0) {
      this.#ended = this.#ended.filter(({ marker }) => marker >= highWatermark);
      for (const { firstOffset } of this.#ended) first = Math.min(first, firstOffset);
    }
    return first;
  }

  /** Aborted transactions that have records from `from` up to but excluding `to`. */
  abortedWithin(from: number, to: number): AbortedTransaction[] {
    if (this.#aborted.length === 0) return [];
    return this.#aborted.filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < to);
  }

  /** Forgets aborted transactions that retention has taken. */
  forgetBefore(offset: number): void {
    if (this.#aborted.length > 0)
      this.#aborted = this.#aborted.filter(({ lastOffset }) => lastOffset >= offset);
  }

  /** Learns everything again from what is left of a log. */
  rebuild(batches: readonly RecordBatch[]): void {
    this.#states.clear();
    this.#ended = [];
    this.#aborted = [];
    this.#open = 0;
    for (const batch of batches) this.update(batch);
  }

  #end(producerId: number, state: ProducerState, { marker, baseOffset }: RecordBatch): void {
    const { firstOffset } = state;
    if (firstOffset === null) return;
    state.firstOffset = null;
    this.#open--;
    this.#ended.push({ firstOffset, marker: baseOffset });
    if (marker === 'ABORT') this.#aborted.push({ producerId, firstOffset, lastOffset: baseOffset });
  }
}
