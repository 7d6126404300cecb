import {
  assertValidSchema,
  buildSchema,
  findBreakingChanges,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import type { ContractField } from '../../world/schema/contracts.ts';
import type { Generation } from '../generation.ts';
import type { Format } from './format.ts';

const TYPES = {
  string: 'String',
  int: 'Int',
  long: 'Float', // GraphQL's Int has 32 bits
  float: 'Float',
  double: 'Float',
  boolean: 'Boolean',
} as const;

const typeOf = (name: string, field: ContractField): string =>
  `${field.enum ? `Values_${name}` : TYPES[field.type]}${field.default === undefined ? '!' : ''}`;

/** A generation as the type of an answer. A field with a default may be null. */
function schemaOf({ fields }: Generation): GraphQLSchema {
  const enums = [...fields].flatMap(([name, field]) =>
    field.enum ? [`enum Values_${name} { ${field.enum.join(' ')} }`] : [],
  );
  const lines = [...fields].map(([name, field]) => `${name}: ${typeOf(name, field)}`);
  const answer = `type Answer { _: Boolean ${lines.join(' ')} }`; // a type without fields could not be written
  return buildSchema(`type Query { answer: Answer } ${answer} ${enums.join(' ')}`);
}

/** A client asks for the fields that it knows, and is served if the server's schema has them and none of them broke. */
export const graphql: Format = {
  check: (generation) => assertValidSchema(schemaOf(generation)),
  canRead(reader, writer) {
    const served = schemaOf(writer);
    const query = parse(`{ answer { ${[...reader.fields.keys(), '__typename'].join(' ')} } }`);
    if (validate(served, query).length > 0) return false;
    return findBreakingChanges(schemaOf(reader), served).length === 0;
  },
  closedEnums: true,
};
