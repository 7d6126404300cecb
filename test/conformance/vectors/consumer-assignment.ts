import type { MemberSubscription } from '../../../src/sim/broker/kafka/group/assignors/assignor.ts';
import { range } from '../../../src/sim/broker/kafka/group/assignors/range.ts';
import type { Checked } from '../vectors.ts';

/** Who gets which partitions under the range assignor; what the file says of others in words, property tests hold. */
interface Document {
  readonly range: readonly {
    readonly consumers: readonly string[];
    readonly topics: readonly (readonly [topic: string, partitions: number])[];
    readonly assignment: Readonly<Record<string, readonly string[]>>;
  }[];
}

export function consumerAssignment(document: unknown): readonly Checked[] {
  const file = document as Document; // a file of our own
  return file.range.map(({ consumers, topics, assignment }) => {
    const members = consumers.map(
      (member): MemberSubscription => ({
        member,
        instance: null,
        topics: topics.map(([topic]) => topic),
        owned: [],
        generation: -1,
      }),
    );
    const assigned = range.assign(new Map(topics), members);
    const got = Object.fromEntries(
      [...assigned].map(([member, own]) => [
        member,
        own.map(({ topic, partition }) => `${topic}-${partition}`),
      ]),
    );
    return { name: `range, ${consumers.length} of ${JSON.stringify(topics)}`, expected: assignment, got };
  });
}
