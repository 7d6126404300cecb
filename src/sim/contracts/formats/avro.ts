import avsc, { type Schema } from 'avsc';
import type { ContractField } from '../../world/schema/contracts.ts';
import type { Generation } from '../generation.ts';
import type { Format } from './format.ts';

const defaultOf = ({ default: value }: ContractField) => (value === undefined ? {} : { default: value });

const typeOf = (name: string, field: ContractField): Schema =>
  field.enum
    ? ({ type: 'enum', name: `${name}_values`, symbols: [...field.enum], ...defaultOf(field) } as Schema)
    : field.type;

/** A generation as an Avro record. A field with a default is optional to its readers. */
const schemaOf = ({ fields }: Generation): Schema => ({
  type: 'record',
  name: 'Message',
  fields: [...fields].map(([name, field]) => ({ name, type: typeOf(name, field), ...defaultOf(field) })),
});

/** Whether data of one schema can be read with another, as avsc resolves them (Avro specification, "Schema Resolution"). */
export function resolves(reader: Schema, writer: Schema): boolean {
  const [mine, theirs] = [avsc.Type.forSchema(reader), avsc.Type.forSchema(writer)];
  try {
    mine.createResolver(theirs);
    return true;
  } catch {
    return false;
  }
}

/** Decided for schemas and not for a message, as Confluent's Schema Registry does: each symbol of an enum must be known. */
export const avro: Format = {
  check: (generation) => void avsc.Type.forSchema(schemaOf(generation)),
  canRead: (reader, writer) => resolves(schemaOf(reader), schemaOf(writer)),
  closedEnums: true,
};
