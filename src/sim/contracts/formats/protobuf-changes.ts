import type { Carried } from './protobuf.ts';

/** Changes that old data survives, by the names of the Schema Registry's `protobuf.diff.Difference`. */
const COMPATIBLE = [
  'MESSAGE_ADDED',
  'MESSAGE_MOVED',
  'ENUM_ADDED',
  'ENUM_REMOVED',
  'ENUM_CONST_ADDED',
  'ENUM_CONST_CHANGED',
  'ENUM_CONST_REMOVED',
  'FIELD_ADDED',
  'FIELD_REMOVED',
  'FIELD_NAME_CHANGED',
  'FIELD_STRING_OR_BYTES_LABEL_CHANGED',
  'ONEOF_ADDED',
  'ONEOF_REMOVED',
  'ONEOF_FIELD_ADDED',
  'ONEOF_FIELD_MOVED_TO_TOP_LEVEL',
];

/** Whether the registry takes such a change. The rule is its own: the wire would take more. */
export const isCompatible = (kind: string): boolean => COMPATIBLE.includes(kind);

/** What the registry calls the difference of a reader's field to what it is read from. */
export function changeOf(field: string, { from, lost }: Carried): string {
  if (lost !== null) return 'FIELD_SCALAR_KIND_CHANGED';
  if (from === null) return 'FIELD_ADDED';
  return from === field ? 'ENUM_CONST_CHANGED' : 'FIELD_NAME_CHANGED';
}
