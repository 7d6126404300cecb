import type { Micros } from '../../../kernel/time.ts';
import { MILLISECOND } from '../clock.ts';
import type { LogRecord, RecordBatch } from './batch.ts';
import type { Log } from './log.ts';
import { Segment } from './segment.ts';

/** What a cleaner took out of a log. */
export interface Cleaned {
  /** Records with a newer one of their key. */
  readonly records: number;
  readonly tombstones: number;
}

/**
 * Compacts a log if enough of it is dirty: of each key only the newest record stays; offsets and order stay as they are.
 *
 * Only closed segments take part, only what is `committed`, and nothing younger than `min.compaction.lag.ms`. Tombstones
 * and markers go `delete.retention.ms` after the first cleaning that met them. After Kafka's `LogCleaner`. Null: not yet.
 */
export function clean(log: Log, committed: number, now: Micros): Cleaned | null {
  const end = cleanableEnd(log, committed, now);
  const closed = log.segments.slice(0, -1).filter(({ baseOffset }) => baseOffset < end);
  if (!due(log, closed, now)) return null;
  const newest = new Map<string, number>();
  for (const { batches, baseOffset } of closed)
    if (baseOffset >= log.cleanedTo)
      for (const { records, marker } of batches)
        if (marker === null) for (const { key, offset } of records) if (key !== null) newest.set(key, offset);
  const pass = new Pass(log, newest, now);
  const cleaned = closed.map(
    ({ baseOffset, batches }) =>
      new Segment(
        baseOffset,
        batches.flatMap((batch) => pass.batch(batch)),
      ),
  );
  log.replaceClosed([
    ...cleaned.filter(({ batches }, i) => batches.length > 0 || i === 0),
    ...log.segments.slice(closed.length, -1),
  ]);
  log.cleanedTo = end;
  return { records: pass.records, tombstones: pass.tombstones };
}

/** Where what may be cleaned ends: at the first segment that is active, too young, or not committed. */
function cleanableEnd({ segments, settings }: Log, committed: number, now: Micros): number {
  const lag = settings['min.compaction.lag.ms'] * MILLISECOND;
  for (let i = 0; i + 1 < segments.length; i++) {
    const { baseOffset, maxTimestamp } = segments[i]!; // within bounds
    const end = segments[i + 1]!.baseOffset; // within bounds
    if (end > committed || (lag > 0 && now - maxTimestamp < lag)) return baseOffset;
  }
  return segments.at(-1)?.baseOffset ?? 0;
}

/** Whether the dirty share is above `min.cleanable.dirty.ratio`, or something is older than `max.compaction.lag.ms`. */
function due({ settings, cleanedTo }: Log, closed: readonly Segment[], now: Micros): boolean {
  const dirty = closed.filter(({ baseOffset }) => baseOffset >= cleanedTo);
  const bytes = (all: readonly Segment[]): number => all.reduce((sum, segment) => sum + segment.bytes, 0);
  const dirtyBytes = bytes(dirty);
  if (dirtyBytes === 0) return false;
  const most = settings['max.compaction.lag.ms'] * MILLISECOND;
  const overdue = dirty.some(({ firstTimestamp }) => firstTimestamp !== null && now - firstTimestamp > most);
  return overdue || dirtyBytes / bytes(closed) > settings['min.cleanable.dirty.ratio'];
}

/** One pass over the closed segments. */
class Pass {
  records = 0;
  tombstones = 0;
  readonly #log: Log;
  readonly #newest: ReadonlyMap<string, number>;
  readonly #now: Micros;

  constructor(log: Log, newest: ReadonlyMap<string, number>, now: Micros) {
    this.#log = log;
    this.#newest = newest;
    this.#now = now;
  }

  /** What is left of a batch: one, or none. */
  batch(batch: RecordBatch): RecordBatch[] {
    const { deleteHorizon, marker, records } = batch;
    const expired = deleteHorizon !== null && this.#now >= deleteHorizon;
    const kept = records.filter((record) => this.#keeps(batch, record, expired));
    if (kept.length === 0) return [];
    const fades = marker !== null || kept.some(({ value }) => value === null);
    const horizon = this.#now + this.#log.settings['delete.retention.ms'] * MILLISECOND;
    if (kept.length === records.length && (!fades || deleteHorizon !== null)) return [batch];
    const bytes = Math.round((batch.bytes * kept.length) / records.length);
    return [{ ...batch, records: kept, bytes, deleteHorizon: fades ? (deleteHorizon ?? horizon) : null }];
  }

  #keeps({ marker, transactional, producerId }: RecordBatch, record: LogRecord, expired: boolean): boolean {
    const { key, offset, value } = record;
    if (marker !== null) return !expired;
    const aborted =
      transactional &&
      this.#log.producers
        .abortedWithin(offset, offset + 1)
        .some((each) => each.producerId === producerId && offset >= each.firstOffset);
    if (aborted || (key !== null && (this.#newest.get(key) ?? -1) > offset)) {
      this.records++;
      return false;
    }
    if (value === null && expired) {
      this.tombstones++;
      return false;
    }
    return true;
  }
}
