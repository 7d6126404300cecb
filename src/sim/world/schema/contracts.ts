import { z } from 'zod';
import { MODES } from '../../contracts/registry.ts';
import { channelPlace, idMap, operationPlace } from './common.ts';

const TYPES = ['string', 'int', 'long', 'float', 'double', 'boolean'] as const;

/** A field of a message or body. */
const field = z.strictObject({
  type: z.enum(TYPES).default('string'),
  /** What the number counts: `cents`, `euros`, `grams`. No schema checks it. */
  unit: z.string().nullable().default(null),
  /** The values it may have; absent: any. */
  enum: z.array(z.string().max(64)).min(1).max(100).nullable().default(null),
  /** Taken where the field is missing, or has a value that the reader does not know. */
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  /** Its number in Protocol Buffers; absent: its place in the list. */
  number: z.int().min(1).max(536_870_911).nullable().default(null),
});

/** What every format takes for a name. */
const fieldName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'a field is a letter, then letters, digits and underscores');

const fields = z.record(
  fieldName,
  z.union([z.enum(TYPES).transform((type) => field.parse({ type })), field]),
);

/** What a later generation changes: null removes a field. */
const generation = z.strictObject({
  fields: z.record(
    fieldName,
    z.union([z.null(), z.enum(TYPES).transform((type) => field.parse({ type })), field]),
  ),
});

/** What two sides have agreed on, in generations: the first is `g1`. */
export const contract = z.strictObject({
  /** Messages of this channel; of this contract's name as their type. */
  channel: channelPlace.nullable().default(null),
  /** Answers of this operation. */
  operation: operationPlace.nullable().default(null),
  format: z.enum(['avro', 'graphql', 'json-schema', 'openapi', 'protobuf']).default('json-schema'),
  fields,
  /** Each changes the one before it. */
  versions: idMap(generation).default({}),
  /** What a registry asks of a new generation. */
  compatibility: z.enum(MODES).default('NONE'),
  /** `consumers`: nothing is deployed that a reader which is alive could not read, as `can-i-deploy` asks. */
  gate: z.literal('consumers').nullable().default(null),
});

export type Contract = z.output<typeof contract>;
export type ContractField = z.output<typeof field>;
