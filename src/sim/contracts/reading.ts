import type { Value } from '../expression/value.ts';
import type { Body } from '../flow/request.ts';
import type { Adapter, Contract, ContractField } from '../world/schema/contracts.ts';
import { FORMATS } from './formats/index.ts';
import { type Carried, carriedField } from './formats/protobuf.ts';
import { type Generation, restricted, zeroOf } from './generation.ts';
import { understood } from './words.ts';

type Format = Contract['format'];

/** Why readers of one generation cannot read what writers of another wrote, by the rules of the format. */
export function pairProblems(format: Format, reader: Generation, writer: Generation): readonly string[] {
  return broken(format, reader, writer).map((field) => {
    const given = writer.fields.get(field);
    return given ? why(field, reader.fields.get(field), given) : `${field} is missing and has no default`;
  });
}

/** The fields that the format's library finds unreadable. It is asked about the whole first: mostly there are none. */
function broken(format: Format, reader: Generation, writer: Generation): string[] {
  const { canRead } = FORMATS[format];
  if (canRead(reader, writer)) return [];
  return [...reader.fields.keys()].filter((field) => !canRead(restricted(reader, [field]), writer));
}

function why(field: string, wanted: ContractField | undefined, given: ContractField): string {
  const [mine, theirs] = [kindOf(wanted), kindOf(given)];
  if (mine !== theirs) return `${field} is ${theirs}, not ${mine}`;
  const unknown = given.enum?.filter((value) => !wanted?.enum?.includes(value)) ?? [];
  if (unknown.length > 0) return `${field} may be ${unknown.join(' or ')}, which the reader does not know`;
  return `${field} may be missing`;
}

const kindOf = (field: ContractField | undefined): string =>
  field?.enum ? 'an enumeration' : (field?.type ?? 'nothing');

/** How a reader takes what a writer of another generation wrote. Decided once for each pair. */
export interface Reading {
  /** What must be there and is not, or is something else. */
  readonly problems: readonly string[];
  /** What is read as something that it does not mean. */
  readonly misread: readonly string[];
  /** Where each field that is read comes from. */
  readonly sources: readonly Source[];
  /** The fields among them that tell of a concept, as their writer does. */
  readonly concepts: readonly { readonly field: string; readonly settings: ContractField }[];
}

interface Source {
  readonly field: string;
  /** Its name with the writer; null where it has none. */
  readonly from: string | null;
  readonly fallback: Value;
  readonly known: readonly string[] | null;
  readonly hasDefault: boolean;
  /** What the reader takes values for that it does not take for themselves. */
  readonly taken: ReadonlyMap<string, Value>;
}

const AS_IT_IS: ReadonlyMap<string, Value> = new Map();

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
  const wanted = restricted(reader, reads ?? [...reader.fields.keys()]);
  return format === 'protobuf' ? onTheWire(wanted, writer) : byName(format, wanted, writer);
}

function byName(format: Format, reader: Generation, writer: Generation): Reading {
  const sources = [...reader.fields].map(
    ([field, wanted]): Source => ({
      field,
      from: writer.fields.has(field) ? field : null,
      fallback: wanted.default ?? zeroOf(wanted),
      known: wanted.enum,
      hasDefault: wanted.default !== undefined,
      taken: AS_IT_IS,
    }),
  );
  const problems = broken(format, perMessage(format, reader, writer), written(writer)).map((field) => {
    const given = writer.fields.get(field);
    return given ? why(field, reader.fields.get(field), given) : `${field} is missing`;
  });
  return {
    problems,
    misread: otherUnits(reader, writer, sources),
    sources,
    concepts: conceptsOf(writer, sources),
  };
}

/** Whatever a generation's writer may leave out stands at its default in what it sends. */
const written = ({ name, fields }: Generation): Generation => ({
  name,
  fields: new Map([...fields].map(([field, { default: _, ...settings }]) => [field, settings])),
});

/** A reader for which values of enumerations are no matter: which of them there is, is seen message by message. */
function perMessage(format: Format, { name, fields }: Generation, writer: Generation): Generation {
  const opened = [...fields].map(([field, wanted]): [string, ContractField] => {
    const theirs = writer.fields.get(field)?.enum ?? null;
    if (!wanted.enum || (!theirs && FORMATS[format].closedEnums)) return [field, wanted];
    return [field, { ...wanted, enum: theirs && [...new Set([...wanted.enum, ...theirs])] }];
  });
  return { name, fields: new Map(opened) };
}

/** Protocol Buffers know fields by number, and fail at nothing. */
function onTheWire(reader: Generation, writer: Generation): Reading {
  const misread: string[] = [];
  const sources = [...reader.fields].map(([field, settings]): Source => {
    const carried = carriedField(field, reader, writer);
    const fallback = settings.default ?? zeroOf(settings);
    misread.push(...lostOnTheWire(field, settings, carried, writer));
    const { from, taken } = carried;
    return { field, from, fallback, known: null, hasDefault: true, taken };
  });
  const units = otherUnits(reader, writer, sources);
  return { problems: [], misread: [...misread, ...units], sources, concepts: conceptsOf(writer, sources) };
}

function lostOnTheWire(
  field: string,
  wanted: ContractField,
  { from, lost, taken }: Carried,
  writer: Generation,
): string[] {
  const zero = JSON.stringify(wanted.default ?? zeroOf(wanted));
  if (lost !== null) return [`${field} is sent as ${kindOf(writer.fields.get(lost))}, and reads as ${zero}`];
  if (from === null)
    return wanted.default === undefined ? [`${field} is not sent, and reads as ${zero}`] : [];
  return [...taken].map(([value, as]) => `${field}: ${value} read as ${String(as)}`);
}

const conceptsOf = (writer: Generation, sources: readonly Source[]): Reading['concepts'] =>
  sources.flatMap(({ field, from }) => {
    const settings = from === null ? undefined : writer.fields.get(from);
    return settings?.concept ? [{ field, settings }] : [];
  });

function otherUnits(reader: Generation, writer: Generation, sources: readonly Source[]): string[] {
  return sources.flatMap(({ field, from }) => {
    const given = from === null ? undefined : writer.fields.get(from);
    const mine = reader.fields.get(field)?.unit ?? null;
    if (!given || given.unit === mine) return [];
    return [`${field}: ${given.unit ?? 'no unit'} read as ${mine ?? 'no unit'}`];
  });
}

/** What a reader made of a body. */
export interface ReadBody {
  /** Its fields under the reader's names, and what nobody asked for as it was; or why it cannot be read. */
  readonly body: Body | string;
  /** Words that it took for what they do not mean. */
  readonly misread: readonly string[];
  /** Words that its adapter was asked about. */
  readonly translated: readonly string[];
}

const unreadable = (why: string): ReadBody => ({ body: why, misread: [], translated: [] });

/** Reads a body, and translates it where the reader has an adapter. */
export function read(sent: Body, reading: Reading, adapter: Adapter | null): ReadBody {
  const body = readFields(sent, reading);
  if (typeof body === 'string' || reading.concepts.length === 0)
    return { body, misread: NOTHING, translated: NOTHING };
  const result = { ...body };
  const misread: string[] = [];
  const translated: string[] = [];
  for (const { field, settings } of reading.concepts) {
    const word = String(body[field]);
    const { as, means } = understood(word, settings, adapter);
    if (as === null) return unreadable(`${field} is ${word}, which the reader does not know`);
    if (as !== means) misread.push(`${field}: ${word} means ${means}, and is read as ${as}`);
    if (adapter) translated.push(`${field}: ${word} as ${as}`);
    result[field] = as;
  }
  return { body: result, misread, translated };
}

const NOTHING: readonly string[] = [];

function readFields(body: Body, { problems, sources }: Reading): Body | string {
  if (problems.length > 0) return problems.join('; ');
  const result: Record<string, Value> = { ...body };
  for (const { field, from, fallback, known, hasDefault, taken } of sources) {
    const sent = from === null ? fallback : (body[from] ?? fallback);
    let value = taken.get(String(sent)) ?? sent;
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
