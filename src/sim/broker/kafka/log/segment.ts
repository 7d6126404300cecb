import type { Micros } from '../../../kernel/time.ts';
import type { RecordBatch } from './batch.ts';

/** A stretch of a log that is deleted or cleaned as a whole: one file of a real broker. */
export class Segment {
  readonly baseOffset: number;
  readonly batches: RecordBatch[];
  bytes = 0;
  /** The timestamp of its first batch, from which `segment.ms` counts; null while it is empty. */
  firstTimestamp: Micros | null = null;
  /** What `retention.ms` looks at. */
  maxTimestamp: Micros = 0;

  constructor(baseOffset: number, batches: readonly RecordBatch[] = []) {
    this.baseOffset = baseOffset;
    this.batches = [];
    for (const batch of batches) this.append(batch);
  }

  append(batch: RecordBatch): void {
    this.batches.push(batch);
    this.bytes += batch.bytes;
    this.firstTimestamp ??= batch.maxTimestamp;
    this.maxTimestamp = Math.max(this.maxTimestamp, batch.maxTimestamp);
  }

  /** The index of the first batch that ends at `offset` or later; the number of batches if there is none. */
  find(offset: number): number {
    let low = 0;
    let high = this.batches.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.batches[middle]!.lastOffset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
