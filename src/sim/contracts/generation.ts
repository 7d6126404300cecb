import type { Value } from '../expression/value.ts';
import type { Contract, ContractField } from '../world/schema/contracts.ts';
import type { AvroSchema } from './avro.ts';
import type { ObjectSchema, PropertySchema } from './json-schema.ts';

/** The generation that a contract is written with. */
export const FIRST_GENERATION = 'g1';

/** One state of a contract. */
export interface Generation {
  readonly name: string;
  readonly fields: ReadonlyMap<string, ContractField>;
}

/** All generations of a contract, in order: each is the one before it, changed. */
export function generationsOf({ fields, versions }: Contract): readonly Generation[] {
  let now = new Map(Object.entries(fields));
  const all: Generation[] = [{ name: FIRST_GENERATION, fields: now }];
  for (const [name, patch] of Object.entries(versions)) {
    now = new Map(now);
    for (const [field, change] of Object.entries(patch.fields)) {
      if (change === null) now.delete(field);
      else now.set(field, change);
    }
    all.push({ name, fields: now });
  }
  return all;
}

/** A generation as an Avro record. A field with a default is optional to its readers. */
export function avroOf(contract: string, { fields }: Generation): AvroSchema {
  return {
    type: 'record',
    name: contract,
    fields: [...fields].map(([name, field]) => ({
      name,
      type: field.enum
        ? {
            type: 'enum',
            name: `${contract}_${name}`,
            symbols: field.enum,
            ...(field.default === undefined ? {} : { default: field.default }),
          }
        : field.type,
      ...(field.default === undefined ? {} : { default: field.default }),
    })),
  };
}

const JSON_TYPES: Readonly<Record<ContractField['type'], PropertySchema['type']>> = {
  string: 'string',
  int: 'integer',
  long: 'integer',
  float: 'number',
  double: 'number',
  boolean: 'boolean',
};

/** A generation as a JSON Schema. Fields with a default need not be there. */
export function jsonSchemaOf({ fields }: Generation): ObjectSchema {
  return {
    type: 'object',
    properties: Object.fromEntries(
      [...fields].map(([name, field]) => [
        name,
        { type: JSON_TYPES[field.type], ...(field.enum ? { enum: field.enum } : {}) },
      ]),
    ),
    required: [...fields].filter(([, field]) => field.default === undefined).map(([name]) => name),
  };
}

/** What stands for nothing in a field of this type: what Protocol Buffers read where nothing was written. */
export const zeroOf = ({ type, enum: values }: ContractField): Value =>
  values?.[0] ?? (type === 'string' ? '' : type === 'boolean' ? false : 0);
