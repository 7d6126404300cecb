import { Ajv, type ValidateFunction } from 'ajv';
import type { Value } from '../../expression/value.ts';
import type { Body } from '../../flow/request.ts';
import type { ContractField } from '../../world/schema/contracts.ts';
import type { Generation } from '../generation.ts';
import type { Format } from './format.ts';

const TYPES = {
  string: 'string',
  int: 'integer',
  long: 'integer',
  float: 'number',
  double: 'number',
  boolean: 'boolean',
} as const;

const propertyOf = (field: ContractField) => ({
  type: TYPES[field.type],
  ...(field.enum ? { enum: [...field.enum] } : {}),
  ...(field.default === undefined ? {} : { default: field.default }),
});

/**
 * A generation as a JSON Schema. Fields with a default need not be there; what is not named may be there all the same
 * (an open content model).
 */
function validatorOf({ fields }: Generation): ValidateFunction {
  // One for each schema, so that nothing is kept beyond it; no formats and no keywords of anybody's own.
  return new Ajv({ strict: true, logger: false }).compile({
    type: 'object',
    properties: Object.fromEntries([...fields].map(([name, field]) => [name, propertyOf(field)])),
    required: [...fields].filter(([, field]) => field.default === undefined).map(([name]) => name),
  });
}

const SAMPLES: Readonly<Record<ContractField['type'], readonly Value[]>> = {
  string: ['any text'],
  int: [1],
  long: [1],
  float: [0.5],
  double: [0.5],
  boolean: [true],
};

const valuesOf = (field: ContractField): readonly Value[] => field.enum ?? SAMPLES[field.type];

/** What a writer may write: each field with each kind of value that it may have, and without it where it may be left out. */
function documentsOf({ fields }: Generation): readonly Body[] {
  const whole = Object.fromEntries([...fields].map(([name, field]) => [name, valuesOf(field)[0] ?? null]));
  const varied = [...fields].flatMap(([name, field]) => [
    ...valuesOf(field).map((value) => ({ ...whole, [name]: value })),
    ...(field.default === undefined
      ? []
      : [Object.fromEntries(Object.entries(whole).filter(([other]) => other !== name))]),
  ]);
  return [whole, ...varied];
}

/**
 * Fields do not depend on each other, so documents that differ in one field from a whole one stand for all. The reader is
 * lenient, as the registry's own policy is: it takes what it does not know without a word.
 */
export const jsonSchema: Format = {
  check(generation) {
    const valid = validatorOf(generation);
    for (const [name, field] of generation.fields) {
      if (field.default === undefined) continue;
      const [whole] = documentsOf(generation);
      if (!valid({ ...whole, [name]: field.default }))
        throw new Error(`the default of ${name}: ${valid.errors?.[0]?.message}`);
    }
  },
  canRead(reader, writer) {
    const valid = validatorOf(reader);
    return documentsOf(writer).every((document) => valid(document));
  },
  closedEnums: false,
};
