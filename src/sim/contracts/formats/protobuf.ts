import protobuf from 'protobufjs/light.js';
import type { Value } from '../../expression/value.ts';
import type { Body } from '../../flow/request.ts';
import type { ContractField } from '../../world/schema/contracts.ts';
import type { Generation } from '../generation.ts';
import type { Format } from './format.ts';
import { changeOf, isCompatible } from './protobuf-changes.ts';

const TYPES = {
  string: 'string',
  int: 'int32',
  long: 'int64',
  float: 'float',
  double: 'double',
  boolean: 'bool',
} as const;

/** proto3, but that what is zero is sent too: enums are open, and what is not sent can be told from zero. */
const EDITION = '2023';

/** Fields are known by number. */
const numberOf = (name: string, { fields }: Generation): number => fields.get(name)?.number ?? 0;

/** A generation as a message, with its enumerations beside it. */
function messageOf(generation: Generation): protobuf.Type {
  const { fields } = generation;
  const enums: Record<string, protobuf.IEnum> = {};
  const members: Record<string, protobuf.IField> = {};
  for (const [name, field] of fields) {
    if (field.enum)
      enums[`${name}_values`] = {
        edition: EDITION,
        values: Object.fromEntries(field.enum.map((value, at) => [value, at])),
      };
    members[name] = {
      type: field.enum ? `${name}_values` : TYPES[field.type],
      id: numberOf(name, generation),
    };
  }
  const message = { edition: EDITION, fields: members };
  const root = protobuf.Root.fromJSON({ nested: { ...enums, Message: message } });
  return root.lookupType('Message');
}

/** A value that is not the one that stands for nothing. */
const SAMPLES: Readonly<Record<ContractField['type'], Value>> = {
  string: 'text',
  int: 1,
  long: 1,
  float: 1,
  double: 1,
  boolean: true,
};

/** What a reader gets of a message: encoded with the writer's type, decoded with its own. */
function carried(reader: protobuf.Type, writer: protobuf.Type, body: Body): Body {
  const bytes = writer.encode(writer.fromObject(body)).finish();
  return reader.toObject(reader.decode(bytes), { longs: Number, enums: String });
}

/** Where a reader's field comes from, and what becomes of it on the way. */
export interface Carried {
  /** Its name with the writer; null: nothing that was written arrives in it. */
  readonly from: string | null;
  /** The writer's field of its number, whose bytes mean something else to the reader. */
  readonly lost: string | null;
  /** Values of an enumeration that the reader takes for something else. */
  readonly taken: ReadonlyMap<string, Value>;
}

/** Follows a field of a reader through the wire. */
export function carriedField(field: string, reader: Generation, writer: Generation): Carried {
  const mine = messageOf(reader);
  const theirs = messageOf(writer);
  const number = numberOf(field, reader);
  const from = [...writer.fields.keys()].find((name) => numberOf(name, writer) === number);
  const given = from === undefined ? undefined : writer.fields.get(from);
  if (from === undefined || !given) return { from: null, lost: null, taken: new Map() };
  const values: readonly Value[] = given.enum ?? [SAMPLES[given.type]];
  const taken = new Map<string, Value>();
  for (const value of values) {
    const got = carried(mine, theirs, { [from]: value })[field];
    if (got === undefined) return { from: null, lost: from, taken: new Map() };
    // A number that the reader has no name for is kept as it is (enums of proto3 are open).
    if (given.enum && got !== value && (typeof got === 'string' || !mine.fields[field]?.resolvedType))
      taken.set(String(value), got);
  }
  return { from, lost: null, taken };
}

/** Nothing fails on the wire: what is missing reads as zero, and what does not fit is an unknown field. The registry decides. */
export const protobufFormat: Format = {
  check: (generation) => void messageOf(generation).setup(),
  canRead: (reader, writer) =>
    [...reader.fields.keys()].every((field) =>
      isCompatible(changeOf(field, carriedField(field, reader, writer))),
    ),
  closedEnums: false,
};
