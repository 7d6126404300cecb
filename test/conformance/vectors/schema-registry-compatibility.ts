import type { Schema } from 'avsc';
import { resolves } from '../../../src/sim/contracts/formats/avro.ts';
import { isCompatible } from '../../../src/sim/contracts/formats/protobuf-changes.ts';
import { type Mode, registryProblems } from '../../../src/sim/contracts/registry.ts';
import type { Checked } from '../vectors.ts';

/** What Confluent's Schema Registry decides. */
interface Document {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly readerWriterMatrix: readonly {
    readonly reader: number;
    readonly writer: number;
    readonly canRead: boolean;
  }[];
  readonly cases: readonly {
    readonly mode: Mode;
    readonly new: number;
    readonly history: readonly number[];
    readonly compatible: boolean;
    readonly note: string;
  }[];
  readonly protobuf: {
    readonly compatibleChanges: readonly string[];
    readonly incompatibleChanges: readonly string[];
  };
}

/** Which schema reads which, what each mode accepts, and which changes of a protobuf message are compatible. */
export function schemaRegistryCompatibility(document: unknown): readonly Checked[] {
  const { schemas, readerWriterMatrix, cases, protobuf } = document as Document; // a file of our own
  const schema = (number: number) => schemas[String(number)] ?? 'null';
  const problems = (reader: Schema, writer: Schema) => (resolves(reader, writer) ? [] : ['unreadable']);
  return [
    ...readerWriterMatrix.map(({ reader, writer, canRead }) => ({
      name: `schema ${reader} reads what schema ${writer} wrote`,
      expected: canRead,
      got: resolves(schema(reader), schema(writer)),
    })),
    ...cases.map(({ mode, new: candidate, history, compatible, note }) => ({
      name: `${mode}: ${candidate} after ${history.join(', ')}${note === '' ? '' : ` (${note})`}`,
      expected: compatible,
      got: registryProblems(mode, schema(candidate), history.map(schema), problems).length === 0,
    })),
    ...[
      ...protobuf.compatibleChanges.map((kind) => [kind, true] as const),
      ...protobuf.incompatibleChanges.map((kind) => [kind, false] as const),
    ].map(([kind, expected]) => ({ name: `protobuf: ${kind}`, expected, got: isCompatible(kind) })),
  ];
}
