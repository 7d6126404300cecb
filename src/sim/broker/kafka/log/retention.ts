import type { Micros } from '../../../kernel/time.ts';
import { MILLISECOND } from '../clock.ts';
import type { Log } from './log.ts';

/**
 * How far `retention.ms` and `retention.bytes` let a log be deleted: the offset before which everything goes.
 *
 * Whole closed segments go, oldest first, and only what is committed; the active one never does. So records outlive
 * the limit, by up to a segment and the time between two looks.
 */
export function retentionPoint(log: Log, highWatermark: number, now: Micros): number {
  const { 'retention.ms': age, 'retention.bytes': most } = log.settings;
  const { segments } = log;
  let bytes = log.bytes;
  let point = log.startOffset;
  for (let i = 0; i + 1 < segments.length; i++) {
    const segment = segments[i]!; // within bounds
    const end = segments[i + 1]!.baseOffset; // within bounds
    const old = age >= 0 && now - segment.maxTimestamp > age * MILLISECOND;
    const tooMuch = most >= 0 && bytes - segment.bytes >= most;
    if (end > highWatermark || !(old || tooMuch)) break;
    bytes -= segment.bytes;
    point = end;
  }
  return point;
}

/** Records from the start of a log up to an offset. */
export function recordsBefore(log: Log, offset: number): number {
  let count = 0;
  for (const { batches } of log.segments)
    for (const { records, lastOffset } of batches) {
      if (lastOffset < log.startOffset) continue;
      for (const record of records) if (record.offset >= log.startOffset && record.offset < offset) count++;
    }
  return count;
}
