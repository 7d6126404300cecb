import type { Value } from '../expression/value.ts';
import type { Body } from '../flow/request.ts';
import type { Contract, ContractField } from '../world/schema/contracts.ts';
import { avroProblems } from './avro.ts';
import { avroOf, type Generation, jsonSchemaOf, zeroOf } from './generation.ts';
import { jsonSchemaProblems } from './json-schema.ts';

type Format = Contract['format'];

/** Why readers of one generation cannot read what writers of another wrote, by the rules of the format. */
export function pairProblems(
  name: string,
  format: Format,
  reader: Generation,
  writer: Generation,
): readonly string[] {
  if (format === 'avro') return avroProblems(avroOf(name, reader), avroOf(name, writer));
  if (format === 'protobuf') return []; // whatever is missing reads as zero: nothing fails, and that is the trouble
  return jsonSchemaProblems(jsonSchemaOf(reader), jsonSchemaOf(writer));
}

/** How a reader takes what a writer of another generation wrote. Decided once for each pair. */
export interface Reading {
  /** What must be there and is not, or is something else. */
  readonly problems: readonly string[];
  /** What is read as something that it does not mean. */
  readonly misread: readonly string[];
  /** Where each field that is read comes from. */
  readonly sources: readonly Source[];
}

interface Source {
  readonly field: string;
  /** Its name with the writer; null where it has none. */
  readonly from: string | null;
  readonly fallback: Value;
  readonly known: readonly string[] | null;
  readonly hasDefault: boolean;
}

/**
 * Holds two generations against each other for a reader of some fields: a tolerant reader looks only at what it needs,
 * and takes a default where it has one. `reads` null: all fields of its generation.
 */
export function readingOf(
  format: Format,
  reader: Generation,
  writer: Generation,
  reads: readonly string[] | null,
): Reading {
  const problems: string[] = [];
  const misread: string[] = [];
  const sources: Source[] = [];
  for (const field of reads ?? reader.fields.keys()) {
    const wanted = reader.fields.get(field);
    if (!wanted) continue;
    const from =
      format === 'protobuf' ? sameNumber(field, reader, writer) : writer.fields.has(field) ? field : null;
    const given = from === null ? undefined : writer.fields.get(from);
    const hasDefault = wanted.default !== undefined || format === 'protobuf';
    if (!given && !hasDefault) problems.push(`${field} is missing`);
    if (given && !sameType(format, wanted, given))
      problems.push(`${field} is ${given.type}, not ${wanted.type}`);
    if (given && wanted.unit !== given.unit)
      misread.push(`${field}: ${given.unit ?? 'no unit'} read as ${wanted.unit ?? 'no unit'}`);
    if (!given && format === 'protobuf' && wanted.default === undefined)
      misread.push(`${field} is not sent, and reads as ${JSON.stringify(zeroOf(wanted))}`);
    sources.push({
      field,
      from,
      fallback: wanted.default ?? zeroOf(wanted),
      known: format === 'protobuf' ? null : wanted.enum,
      hasDefault,
    });
  }
  return { problems, misread, sources };
}

/** Reads a body: its fields under the reader's names, or why it cannot be read. What nobody asked for stays. */
export function read(body: Body, { problems, sources }: Reading): Body | string {
  if (problems.length > 0) return problems.join('; ');
  const result: Record<string, Value> = { ...body };
  for (const { field, from, fallback, known, hasDefault } of sources) {
    let value = from === null ? fallback : (body[from] ?? fallback);
    if (known && !known.includes(String(value))) {
      if (!hasDefault) return `${field} is ${String(value)}, which the reader does not know`;
      value = fallback;
    }
    result[field] = value;
  }
  return result;
}

/** Writes a body: the fields of the generation and no others; what the flow does not give stands at its default. */
export function write(body: Body, { fields }: Generation, keep: (field: string) => boolean): Body {
  const result: Record<string, Value> = {};
  for (const [field, value] of Object.entries(body))
    if (fields.has(field) || keep(field)) result[field] = value;
  for (const [field, settings] of fields) result[field] ??= settings.default ?? zeroOf(settings);
  return result;
}

/** Protocol Buffers know fields by number: by the given ones, or by their place. */
function sameNumber(field: string, reader: Generation, writer: Generation): string | null {
  const number = numberOf(field, reader);
  return [...writer.fields.keys()].find((other) => numberOf(other, writer) === number) ?? null;
}

const numberOf = (field: string, { fields }: Generation): number =>
  fields.get(field)?.number ?? [...fields.keys()].indexOf(field) + 1;

const WHOLE = ['int', 'long', 'boolean'];

function sameType(format: Format, wanted: ContractField, given: ContractField): boolean {
  const types = { type: 'record', name: 'pair' } as const;
  if (format === 'protobuf')
    return wanted.type === given.type || (WHOLE.includes(wanted.type) && WHOLE.includes(given.type));
  const one = (field: ContractField) => ({ ...types, fields: [{ name: 'field', type: field.type }] });
  if (format === 'avro') return avroProblems(one(wanted), one(given)).length === 0;
  const number = (type: string) => ['int', 'long', 'float', 'double'].includes(type);
  const whole = (type: string) => type === 'int' || type === 'long';
  return (
    wanted.type === given.type ||
    (number(wanted.type) && (whole(given.type) || !whole(wanted.type)) && number(given.type))
  );
}
