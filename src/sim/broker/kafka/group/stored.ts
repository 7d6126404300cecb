import type { StoredGroup } from './group.ts';
import type { OffsetEntry } from './requests.ts';

/** Where coordinators keep what groups have agreed on and committed. */
export const OFFSETS_TOPIC = '__consumer_offsets';

/** One record of the offsets topic. */
export type GroupEntry =
  | ({ readonly kind: 'offset'; readonly group: string } & OffsetEntry)
  | ({ readonly kind: 'group'; readonly group: string } & StoredGroup)
  /** All offsets of the group are deleted. */
  | { readonly kind: 'expired'; readonly group: string };

/** Whether a record of the offsets topic is one of ours; markers are not. */
export const isGroupEntry = (value: unknown): value is GroupEntry =>
  typeof value === 'object' && value !== null && 'kind' in value && 'group' in value;

/** A record's key, by which the topic is compacted, and about its size in bytes. */
export function sizeOf(entry: GroupEntry): { readonly key: string; readonly size: number } {
  if (entry.kind === 'offset')
    return { key: `${entry.group}/${entry.topic}-${entry.partition}`, size: 64 + entry.group.length };
  const members = entry.kind === 'group' ? entry.members.length : 0;
  return { key: `${entry.kind}/${entry.group}`, size: 64 + 100 * members };
}
