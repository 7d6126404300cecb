import type { Contract } from '../world/schema/contracts.ts';
import { FIRST_GENERATION, type Generation, generationsOf } from './generation.ts';
import { pairProblems, type Reading, readingOf } from './reading.ts';

/** The generations of a contract, and what has been decided of any two of them. */
export interface Pairs {
  readonly first: Generation;
  readonly generations: ReadonlyMap<string, Generation>;
  /** Why a reader cannot read what a writer may write, as a registry asks. */
  readonly problems: (reader: Generation, writer: Generation) => readonly string[];
  /** How a reader of some fields takes what is written; `reads` null: all of its generation. */
  readonly reading: (reader: Generation, writer: Generation, reads: readonly string[] | null) => Reading;
}

/** What is decided once, for as long as the contract is known: also for all runs of a world with other seeds. */
const decided = new WeakMap<Contract, Pairs>();

/** What there is of a contract's generations; each pair is put to the format's library once. */
export function pairsOf(contract: Contract): Pairs {
  const known = decided.get(contract);
  if (known) return known;
  const pairs = decide(contract);
  decided.set(contract, pairs);
  return pairs;
}

function decide(contract: Contract): Pairs {
  const { format } = contract;
  const all = generationsOf(contract);
  const [first] = all;
  if (!first) throw new Error(`a contract has no ${FIRST_GENERATION}`);
  const problems = new Map<string, readonly string[]>();
  const readings = new Map<string, Reading>();
  return {
    first,
    generations: new Map(all.map((generation) => [generation.name, generation])),
    problems: (reader, writer) =>
      once(problems, `${reader.name} ${writer.name}`, () => pairProblems(format, reader, writer)),
    reading: (reader, writer, reads) =>
      once(readings, `${reader.name} ${writer.name} ${reads?.join(',') ?? '*'}`, () =>
        readingOf(format, reader, writer, reads),
      ),
  };
}

function once<T>(known: Map<string, T>, key: string, find: () => T): T {
  const found = known.get(key) ?? find();
  known.set(key, found);
  return found;
}
