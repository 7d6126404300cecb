import { NO_PRODUCER, nextSequence } from '../log/batch.ts';
import type { ProducerBatch } from './batch.ts';

/** Epochs that one producer id has. */
const EPOCHS = 0x7fff;

interface PartitionSequence {
  epoch: number;
  next: number;
  lastAcked: number;
  /** Batches with a sequence that are not done with, in the order of sequences: under way, or to be sent again. */
  readonly open: ProducerBatch[];
  /** A batch was given up whose fate is not known: nothing new is sent before the others are done with. */
  unresolved: boolean;
}

/** The identity of an idempotent producer, and the sequence numbers that it has used in each partition. */
export class Sequences {
  producerId = NO_PRODUCER;
  epoch = NO_PRODUCER;
  /** Whether it may raise the epoch by itself: with a transactional id only its coordinator may. */
  readonly #own: boolean;
  readonly #partitions = new Map<string, PartitionSequence>();

  constructor(own: boolean) {
    this.#own = own;
  }

  get ready(): boolean {
    return this.producerId !== NO_PRODUCER;
  }

  /** Takes an identity from a broker: sequences begin at 0. */
  identify(producerId: number, epoch: number): void {
    this.producerId = producerId;
    this.epoch = epoch;
    this.#partitions.clear();
  }

  /** Whether this batch, the first of its queue, may be sent now. */
  maySend(batch: ProducerBatch): boolean {
    if (!this.ready) return false;
    const state = this.#partitions.get(batch.key);
    if (!state) return true;
    if (batch.sequence >= 0) return state.open[0] === batch; // a retry goes first, alone
    if (state.unresolved) return false;
    return state.epoch === this.epoch || state.open.length === 0;
  }

  /** Gives a batch its sequence, unless it has one from an earlier try. */
  assign(batch: ProducerBatch): void {
    if (batch.sequence >= 0) return;
    const state = this.#state(batch.key);
    if (state.epoch !== this.epoch && state.open.length === 0) this.#restart(state);
    batch.producerId = this.producerId;
    batch.producerEpoch = state.epoch;
    batch.sequence = state.next;
    state.next = nextSequence(state.next, batch.records.length);
    state.open.push(batch);
  }

  /** The broker has it. */
  acknowledged(batch: ProducerBatch): void {
    const state = this.#state(batch.key);
    const last = nextSequence(batch.sequence, batch.records.length - 1);
    if (batch.producerEpoch === state.epoch && last > state.lastAcked) state.lastAcked = last;
    this.#remove(state, batch);
    this.#resolve(state);
  }

  /** Whether every batch before this one is acknowledged, so that no retry can mend a sequence error. */
  isNext(batch: ProducerBatch): boolean {
    return batch.sequence === nextSequence(this.#state(batch.key).lastAcked);
  }

  /** Gives a batch up that the broker surely does not have: those behind it move up. */
  dropped(batch: ProducerBatch): void {
    const state = this.#state(batch.key);
    this.#remove(state, batch);
    const count = batch.records.length;
    for (const other of state.open) if (other.sequence > batch.sequence) other.sequence -= count;
    if (state.epoch === batch.producerEpoch) state.next -= count;
    this.#resolve(state);
  }

  /** Gives a batch up that the broker may have. */
  lost(batch: ProducerBatch): void {
    const state = this.#state(batch.key);
    this.#remove(state, batch);
    state.unresolved = true;
    this.#resolve(state);
  }

  /** Raises the epoch: the partition begins again at sequence 0, with all batches that are still to be sent. */
  bump(key: string): void {
    if (this.epoch >= EPOCHS) {
      this.producerId = NO_PRODUCER; // spent: a new id is asked for
      return;
    }
    this.epoch++;
    const state = this.#state(key);
    this.#restart(state);
    for (const batch of state.open) {
      batch.producerEpoch = state.epoch;
      batch.sequence = state.next;
      state.next = nextSequence(state.next, batch.records.length);
    }
  }

  #state(key: string): PartitionSequence {
    let state = this.#partitions.get(key);
    if (!state) {
      state = { epoch: this.epoch, next: 0, lastAcked: -1, open: [], unresolved: false };
      this.#partitions.set(key, state);
    }
    return state;
  }

  #restart(state: PartitionSequence): void {
    state.epoch = this.epoch;
    state.next = 0;
    state.lastAcked = -1;
    state.unresolved = false;
  }

  #remove({ open }: PartitionSequence, batch: ProducerBatch): void {
    const at = open.indexOf(batch);
    if (at >= 0) open.splice(at, 1);
  }

  /** Once nothing is under way it shows whether what was given up has arrived: if not, there is a gap. */
  #resolve(state: PartitionSequence): void {
    if (!state.unresolved || state.open.length > 0) return;
    state.unresolved = false;
    if (nextSequence(state.lastAcked) === state.next || !this.#own || this.epoch >= EPOCHS) return;
    this.epoch++;
    this.#restart(state);
  }
}
