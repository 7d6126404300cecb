import { z } from 'zod';
import { MODES } from '../../contracts/registry.ts';
import { duration } from '../quantities.ts';
import { channelPlace, id, idMap, operationPlace } from './common.ts';

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
  /** What it is about, in words that others may have other ones for: `ending`. No schema knows it. */
  concept: id.nullable().default(null),
  /** The writer's own words for the concept, and what each means: `{ VOID: cancelled }`. Others mean what they say. */
  words: z.record(z.string(), z.string()).default({}),
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
  /**
   * `consumers`: nothing is deployed that a reader which is alive could not read, as `can-i-deploy` asks. `style`: nothing
   * that has words of its own for a concept, as a linter asks.
   */
  gate: z.enum(['consumers', 'style']).nullable().default(null),
});

/** A reader's translation of the words of a contract: an anti-corruption layer. */
export const adapter = z.strictObject({
  /** The writer's words, and the reader's for them. */
  words: z.record(z.string(), z.string()).default({}),
  /** What a word that is not listed is taken for; null: for itself; `fail`: it cannot be read. */
  unknown: z.string().nullable().default(null),
  /** The time that it takes for each message or answer, before anything is done with it. */
  work: duration.default(1_000),
});

export type Adapter = z.output<typeof adapter>;
export type Contract = z.output<typeof contract>;
export type ContractField = z.output<typeof field>;
