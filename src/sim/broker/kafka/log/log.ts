import type { Micros } from '../../../kernel/time.ts';
import { MILLISECOND } from '../clock.ts';
import type { TopicSettings } from '../settings.ts';
import { type DraftBatch, placed, type RecordBatch } from './batch.ts';
import { EpochCache } from './epochs.ts';
import { ProducerStates } from './producer-states.ts';
import { Segment } from './segment.ts';

/** The append-only log of one partition on one broker: segments of batches, offsets that only rise. */
export class Log {
  readonly epochs = new EpochCache();
  readonly producers = new ProducerStates();
  settings: TopicSettings;
  /** Up to where a cleaner has been. */
  cleanedTo = 0;
  #segments: Segment[] = [new Segment(0)];
  #start = 0;
  #end = 0;
  #bytes = 0;

  constructor(settings: TopicSettings) {
    this.settings = settings;
  }

  /** The offset of the first record that is still here. */
  get startOffset(): number {
    return this.#start;
  }

  /** LEO: the offset that the next record will get. */
  get endOffset(): number {
    return this.#end;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Oldest first; the last one is active. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** Appends as the leader of an epoch. */
  append(draft: DraftBatch, epoch: number, now: Micros): RecordBatch {
    const stamp = this.settings['message.timestamp.type'] === 'LogAppendTime' ? now : null;
    const batch = placed(draft, this.#end, epoch, stamp);
    this.#store(batch, now);
    return batch;
  }

  /** Appends what a leader has sent. */
  copy(batch: RecordBatch, now: Micros): void {
    if (batch.baseOffset < this.#end)
      throw new Error(`a follower at ${this.#end} was sent offset ${batch.baseOffset}`);
    this.#store(batch, now);
  }

  /** Batches from the one that holds `from`, up to but excluding offset `limit`; the first may be larger than `maxBytes`. */
  read(from: number, limit: number, maxBytes: number): RecordBatch[] {
    const found: RecordBatch[] = [];
    if (from >= limit) return found;
    let bytes = 0;
    for (let at = this.#segmentOf(from); at < this.#segments.length; at++) {
      const { batches } = this.#segments[at]!;
      for (let i = found.length === 0 ? this.#segments[at]!.find(from) : 0; i < batches.length; i++) {
        const batch = batches[i]!;
        if (batch.lastOffset >= limit) return found;
        if (found.length > 0 && bytes + batch.bytes > maxBytes) return found;
        found.push(batch);
        bytes += batch.bytes;
      }
    }
    return found;
  }

  /** Drops every batch from `offset` on; returns what is lost with them, oldest first. */
  truncate(offset: number): RecordBatch[] {
    const lost: RecordBatch[] = [];
    if (offset >= this.#end) return lost;
    while (true) {
      const segment = this.#segments.at(-1)!; // there is always one
      while ((segment.batches.at(-1)?.lastOffset ?? -1) >= offset) {
        const batch = segment.batches.pop()!; // checked above
        segment.bytes -= batch.bytes;
        this.#bytes -= batch.bytes;
        lost.push(batch);
      }
      if (segment.batches.length > 0 || this.#segments.length === 1) break;
      this.#segments.pop();
    }
    this.#end = Math.max(offset, this.#start);
    this.cleanedTo = Math.min(this.cleanedTo, this.#end);
    this.epochs.truncate(offset);
    this.producers.rebuild(this.#segments.flatMap(({ batches }) => batches));
    return lost.reverse();
  }

  /** Begins again, empty, at `offset`: what a follower does whose place the leader no longer has. */
  restartAt(offset: number): void {
    this.#segments = [new Segment(offset)];
    this.#bytes = 0;
    this.#start = offset;
    this.#end = offset;
    this.epochs.truncate(0);
    this.producers.rebuild([]);
  }

  /** Closes the active segment, if it holds anything. */
  roll(): void {
    if (this.#segments.at(-1)!.batches.length > 0) this.#segments.push(new Segment(this.#end));
  }

  /** Raises the start; closed segments that end before it are deleted. Returns the new start. */
  deleteBefore(offset: number): number {
    this.#start = Math.max(this.#start, Math.min(offset, this.#end));
    while (this.#segments.length > 1 && this.#segments[1]!.baseOffset <= this.#start) {
      const segment = this.#segments.shift()!; // there are two
      this.#bytes -= segment.bytes;
    }
    this.producers.forgetBefore(this.#start);
    return this.#start;
  }

  /** Puts cleaned segments in the place of all but the active one. */
  replaceClosed(cleaned: readonly Segment[]): void {
    const active = this.#segments.at(-1)!;
    this.#segments = [...cleaned, active];
    this.#bytes = this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** The offset of the first record that is not older than a timestamp; the end if there is none. */
  offsetAt(timestamp: Micros): number {
    for (const { batches, maxTimestamp } of this.#segments) {
      if (maxTimestamp < timestamp) continue;
      for (const { records } of batches)
        for (const record of records)
          if (record.timestamp >= timestamp && record.offset >= this.#start) return record.offset;
    }
    return this.#end;
  }

  #store(batch: RecordBatch, now: Micros): void {
    const { 'segment.bytes': maxBytes, 'segment.ms': maxAge } = this.settings;
    let active = this.#segments.at(-1)!; // there is always one
    const old = active.firstTimestamp !== null && now - active.firstTimestamp > maxAge * MILLISECOND;
    if (old || (active.bytes > 0 && active.bytes + batch.bytes > maxBytes)) {
      active = new Segment(batch.baseOffset);
      this.#segments.push(active);
    }
    active.append(batch);
    this.#bytes += batch.bytes;
    this.#end = batch.lastOffset + 1;
    this.epochs.assign(batch.leaderEpoch, batch.baseOffset);
    this.producers.update(batch);
  }

  #segmentOf(offset: number): number {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#segments[middle]!.baseOffset <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
