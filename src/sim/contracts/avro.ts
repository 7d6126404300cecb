/** A schema as Avro's JSON writes it; names of types that were defined before stand for them. */
export type AvroSchema = string | readonly AvroSchema[] | AvroType;

interface AvroType {
  readonly type: AvroSchema;
  readonly name?: string;
  readonly aliases?: readonly string[];
  readonly fields?: readonly AvroField[];
  readonly symbols?: readonly string[];
  readonly default?: unknown;
  readonly items?: AvroSchema;
  readonly values?: AvroSchema;
  readonly size?: number;
}

interface AvroField {
  readonly name: string;
  readonly type: AvroSchema;
  readonly default?: unknown;
  readonly aliases?: readonly string[];
}

/** What a reader may make of what a writer wrote (Avro specification, "Schema Resolution"). */
const PROMOTIONS: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

type Names = Map<string, AvroType>;

/** The last part of a name: records and enums match by it, whatever their namespace. */
const unqualified = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** A schema with its name looked up and `{ type: string }` opened. Named types become known on the way. */
function opened(schema: AvroSchema, names: Names): readonly AvroSchema[] | AvroType {
  if (typeof schema === 'string') return names.get(unqualified(schema)) ?? { type: schema };
  if (Array.isArray(schema)) return schema;
  const known = schema as AvroType;
  if (known.name !== undefined) names.set(unqualified(known.name), known);
  return typeof known.type === 'string' ? known : opened(known.type, names);
}

/**
 * Why data of one schema cannot be read with another, in words; nothing where all of it can.
 *
 * It is decided for schemas, not for a message: of a writer's union each branch must be readable, and of its enum each
 * symbol. So decides Confluent's Schema Registry.
 */
export function avroProblems(reader: AvroSchema, writer: AvroSchema): readonly string[] {
  return new Resolution().problems(reader, writer, '');
}

class Resolution {
  readonly #readers: Names = new Map();
  readonly #writers: Names = new Map();
  /** Pairs of named types that are being resolved further up: types may contain themselves. */
  readonly #open = new Set<string>();

  problems(readerSchema: AvroSchema, writerSchema: AvroSchema, at: string): readonly string[] {
    const reader = opened(readerSchema, this.#readers);
    const writer = opened(writerSchema, this.#writers);
    if (isUnion(writer)) return writer.flatMap((branch) => this.problems(readerSchema, branch, at));
    if (isUnion(reader)) {
      const fits = reader.some((branch) => this.problems(branch, writer, at).length === 0);
      return fits ? [] : [`${where(at)} has no branch for ${kindOf(writer)}`];
    }
    const read = kindOf(reader);
    const written = kindOf(writer);
    if (read !== written)
      return PROMOTIONS[written]?.includes(read) ? [] : [`${where(at)} is ${written}, not ${read}`];
    return this.#sameKind(reader, writer, at);
  }

  #sameKind(reader: AvroType, writer: AvroType, at: string): readonly string[] {
    switch (kindOf(reader)) {
      case 'record':
        return this.#records(reader, writer, at);
      case 'enum':
        return enums(reader, writer, at);
      case 'array':
        return this.problems(reader.items ?? 'null', writer.items ?? 'null', `${at}[]`);
      case 'map':
        return this.problems(reader.values ?? 'null', writer.values ?? 'null', `${at}{}`);
      case 'fixed':
        return reader.size === writer.size ? [] : [`${where(at)} has another size`];
      default:
        return [];
    }
  }

  #records(reader: AvroType, writer: AvroType, at: string): readonly string[] {
    const pair = `${reader.name} ${writer.name}`;
    if (this.#open.has(pair)) return [];
    if (!sameName(reader, writer)) return [`${where(at)} is a ${writer.name}, not a ${reader.name}`];
    this.#open.add(pair);
    const problems: string[] = [];
    for (const field of reader.fields ?? []) {
      const path = at === '' ? field.name : `${at}.${field.name}`;
      const names = [field.name, ...(field.aliases ?? [])];
      const source = (writer.fields ?? []).find(({ name }) => names.includes(name));
      if (source) problems.push(...this.problems(field.type, source.type, path));
      else if (!('default' in field)) problems.push(`${path} is missing and has no default`);
    }
    this.#open.delete(pair);
    return problems;
  }
}

const isUnion = (schema: readonly AvroSchema[] | AvroType): schema is readonly AvroSchema[] =>
  Array.isArray(schema);

const kindOf = ({ type }: AvroType): string => (typeof type === 'string' ? type : 'union');

const where = (at: string): string => (at === '' ? 'the whole' : at);

const sameName = (reader: AvroType, writer: AvroType): boolean =>
  [reader.name ?? '', ...(reader.aliases ?? [])].some(
    (name) => unqualified(name) === unqualified(writer.name ?? ''),
  );

function enums(reader: AvroType, writer: AvroType, at: string): readonly string[] {
  if (!sameName(reader, writer)) return [`${where(at)} is a ${writer.name}, not a ${reader.name}`];
  const unknown = (writer.symbols ?? []).filter((symbol) => !reader.symbols?.includes(symbol));
  return unknown.length === 0 || reader.default !== undefined
    ? []
    : [`${where(at)} may be ${unknown.join(' or ')}, which the reader does not know`];
}
