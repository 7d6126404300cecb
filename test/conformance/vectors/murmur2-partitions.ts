import { murmur2, partitionForKey, utf8 } from '../../../src/sim/broker/kafka/murmur2.ts';
import type { Checked } from '../vectors.ts';

/** Keys, their hashes, and their partitions for several numbers of partitions. */
interface Document {
  readonly legacyContrast: {
    readonly key: string;
    readonly partitions: number;
    readonly javaDefault: number;
  };
  readonly vectors: readonly {
    readonly key: string;
    readonly utf8Hex: string;
    readonly murmur2: number;
    readonly toPositive: number;
    readonly partitionByCount: Readonly<Record<string, number>>;
  }[];
}

const hex = (bytes: readonly number[]): string =>
  bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');

export function murmur2Partitions(document: unknown): readonly Checked[] {
  const { legacyContrast, vectors } = document as Document; // a file of our own
  const { key, partitions, javaDefault } = legacyContrast;
  const checked: Checked[] = vectors.map(({ key, ...expected }) => {
    const hash = murmur2(utf8(key));
    const counts = Object.keys(expected.partitionByCount);
    const got = {
      utf8Hex: hex(utf8(key)),
      murmur2: hash,
      toPositive: hash & 0x7fff_ffff,
      partitionByCount: Object.fromEntries(
        counts.map((count) => [count, partitionForKey(key, Number(count))]),
      ),
    };
    return { name: JSON.stringify(key), expected, got };
  });
  const got = partitionForKey(key, partitions);
  return [...checked, { name: `${key} of ${partitions}`, expected: javaDefault, got }];
}
