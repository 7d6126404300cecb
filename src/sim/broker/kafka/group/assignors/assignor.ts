import type { TopicPartition } from '../../events.ts';

/** What a member asks for when it joins, and what it has. */
export interface MemberSubscription {
  readonly member: string;
  /** `group.instance.id`; null without static membership. */
  readonly instance: string | null;
  readonly topics: readonly string[];
  readonly owned: readonly TopicPartition[];
  /** Of the round in which it came to own them; -1: never. */
  readonly generation: number;
}

/** Whether members give everything up in a rebalance, or only what moves. */
export type RebalanceProtocol = 'eager' | 'cooperative';

/** A way of dividing partitions among the members of a group: pure, so that any member may be the one who does it. */
export interface Assignor {
  /** As in `partition.assignment.strategy`. */
  readonly name: AssignorName;
  /** Newest last. */
  readonly protocols: readonly RebalanceProtocol[];
  assign(partitions: ReadonlyMap<string, number>, members: readonly MemberSubscription[]): MemberPartitions;
}

export type AssignorName = 'range' | 'roundrobin' | 'sticky' | 'cooperative-sticky';

/** Partitions by member; those who get none are there too. */
export type MemberPartitions = Map<string, TopicPartition[]>;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The order in which members are served: by instance id where both have one, else by member id. */
export const inOrder = (members: readonly MemberSubscription[]): MemberSubscription[] =>
  [...members].sort((a, b) =>
    a.instance !== null && b.instance !== null
      ? compare(a.instance, b.instance)
      : compare(a.member, b.member),
  );

/** Every topic that anybody subscribes to and that is there, in the order of names. */
export const topicsOf = (
  partitions: ReadonlyMap<string, number>,
  members: readonly MemberSubscription[],
): string[] =>
  [...new Set(members.flatMap(({ topics }) => topics))]
    .filter((topic) => partitions.has(topic))
    .sort(compare);

export const nobody = (members: readonly MemberSubscription[]): MemberPartitions =>
  new Map(members.map(({ member }) => [member, []]));
