import { readFileSync } from 'node:fs';
import { consumerAssignment } from './vectors/consumer-assignment.ts';
import { envoyResponseFlags } from './vectors/envoy-response-flags.ts';
import { murmur2Partitions } from './vectors/murmur2-partitions.ts';
import { outlierAndPanic } from './vectors/outlier-and-panic.ts';
import { rateLimit } from './vectors/rate-limit.ts';
import { retryBackoffs } from './vectors/retry-backoff.ts';
import { schemaRegistryCompatibility } from './vectors/schema-registry-compatibility.ts';
import { topicExchange } from './vectors/topic-exchange.ts';

/** One expectation of a vector file, held against what the product's own code says. */
export interface Checked {
  readonly name: string;
  /** Both as JSON would write them. */
  readonly expected: unknown;
  readonly got: unknown;
}

/** A file of expectations taken from a product's own tests or sources, and what asks our code for the same. */
interface Vectors {
  /** Its name under `vectors/`, without `.json`. */
  readonly file: string;
  readonly check: (document: unknown) => readonly Checked[];
}

/** Every vector file. To add one: put it into `vectors/`, write its checker beside it, then list it here. */
const vectorFiles: readonly Vectors[] = [
  { file: 'consumer-assignment', check: consumerAssignment },
  { file: 'envoy-response-flags', check: envoyResponseFlags },
  { file: 'murmur2-partitions', check: murmur2Partitions },
  { file: 'outlier-and-panic', check: outlierAndPanic },
  { file: 'rate-limit', check: rateLimit },
  { file: 'retry-backoff', check: retryBackoffs },
  { file: 'schema-registry-compatibility', check: schemaRegistryCompatibility },
  { file: 'topic-exchange', check: topicExchange },
];

/** How one file of expectations came out. */
export interface VectorResult {
  readonly file: string;
  readonly checked: number;
  /** Nothing if our code agrees with all of it. */
  readonly disagreements: readonly Checked[];
}

/** Holds every vector file against our code. */
export function checkVectors(): VectorResult[] {
  return vectorFiles.map(({ file, check }) => {
    const document: unknown = JSON.parse(
      readFileSync(new URL(`vectors/${file}.json`, import.meta.url), 'utf8'),
    );
    const checked = check(document);
    const disagreements = checked.filter(({ expected, got }) => said(expected) !== said(got));
    return { file, checked: checked.length, disagreements };
  });
}

/** A file's result in lines: how many agree, then each that does not. */
export function vectorLines({ file, checked, disagreements }: VectorResult): string[] {
  return [
    `${file}  ${checked - disagreements.length} of ${checked} agree`,
    ...disagreements.map(
      ({ name, expected, got }) => `${file}/${name}: expected ${said(expected)}, got ${said(got)}`,
    ),
  ];
}

const said = (value: unknown): string => JSON.stringify(value) ?? 'nothing';
