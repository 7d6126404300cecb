import { type Columns, EventRecord } from '../sim/kernel/record.ts';
import type { Run } from '../sim/run.ts';

/** A run as plain data, to be handed from one thread to another. */
export interface Parcel {
  readonly run: Omit<Run, 'record'>;
  readonly columns: Columns;
  /** The texts that numbers in the columns stand for, by their number. */
  readonly names: readonly string[];
}

/** A run in a parcel. */
export function packed({ record, ...run }: Run): Parcel {
  const names = Array.from({ length: record.names.size }, (_, id) => record.names.text(id));
  return { run, columns: record.columns(), names };
}

/** Memory that may be given away with a parcel, so that it is not copied. */
export const buffersOf = ({ columns }: Parcel): ArrayBuffer[] =>
  Object.values(columns).map(({ buffer }: { readonly buffer: ArrayBuffer }) => buffer);

/** The run that was packed, with a record of its own. */
export function unpacked({ run, columns, names }: Parcel): Run {
  const record = new EventRecord();
  for (const name of names) record.names.intern(name);
  const { time, kind, place, peer, subject, cause, span, value, detail } = columns;
  for (let i = 0; i < time.length; i++) {
    record.append(
      time[i] as number,
      kind[i] as number,
      place[i] as number,
      peer[i] as number,
      subject[i] as number,
      cause[i] as number,
      span[i] as number,
      value[i] as number,
      detail[i] as number,
    );
  }
  record.seal();
  return { ...run, record };
}
