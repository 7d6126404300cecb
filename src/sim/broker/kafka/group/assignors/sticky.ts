import { nameOf, type TopicPartition } from '../../events.ts';
import {
  type Assignor,
  inOrder,
  type MemberPartitions,
  type MemberSubscription,
  nobody,
  topicsOf,
} from './assignor.ts';

/** Balances, and within that lets partitions stay where they are; all give everything up meanwhile (`StickyAssignor`). */
export const sticky: Assignor = {
  name: 'sticky',
  protocols: ['eager'],
  assign: (partitions, members) => stay(partitions, members),
};

/**
 * As sticky, but members keep what they have in the round: what moves is revoked in it and handed out in the next.
 *
 * After `CooperativeStickyAssignor`.
 */
export const cooperativeSticky: Assignor = {
  name: 'cooperative-sticky',
  protocols: ['eager', 'cooperative'],
  assign(partitions, members) {
    const assigned = stay(partitions, members);
    const owner = owners(partitions, members);
    for (const [member, own] of assigned)
      assigned.set(
        member,
        own.filter((partition) => (owner.get(nameOf(partition)) ?? member) === member),
      );
    return assigned;
  },
};

/** Who has each partition now. Where two claim one, the later generation does; of one generation, neither. */
function owners(
  partitions: ReadonlyMap<string, number>,
  members: readonly MemberSubscription[],
): Map<string, string> {
  const claims = new Map<string, { member: string | null; generation: number }>();
  for (const { member, owned, generation, topics } of members)
    for (const partition of owned) {
      const exists = partition.partition < (partitions.get(partition.topic) ?? 0);
      if (!exists || !topics.includes(partition.topic)) continue;
      const name = nameOf(partition);
      const known = claims.get(name);
      if (!known || known.generation < generation) claims.set(name, { member, generation });
      else if (known.generation === generation) known.member = null;
    }
  const found = new Map<string, string>();
  for (const [name, { member }] of claims) if (member !== null) found.set(name, member);
  return found;
}

function stay(
  partitions: ReadonlyMap<string, number>,
  members: readonly MemberSubscription[],
): MemberPartitions {
  const assigned = nobody(members);
  if (members.length === 0) return assigned;
  const all = topicsOf(partitions, members).flatMap((topic) =>
    Array.from(
      { length: partitions.get(topic) ?? 0 },
      (_, partition): TopicPartition => ({ topic, partition }),
    ),
  );
  const owner = owners(partitions, members);
  const free: TopicPartition[] = [];
  for (const partition of all) {
    const own = assigned.get(owner.get(nameOf(partition)) ?? '');
    if (own) own.push(partition);
    else free.push(partition);
  }
  const order = inOrder(members);
  const wanted = new Set(order[0]?.topics);
  const alike = order.every(
    ({ topics }) => topics.length === wanted.size && topics.every((t) => wanted.has(t)),
  );
  if (alike) free.push(...trimmed(assigned, order, all.length));
  const wants = new Map(order.map(({ member, topics }) => [member, new Set(topics)]));
  for (const partition of free) {
    const taker = least(assigned, order, (member) => wants.get(member)?.has(partition.topic) ?? false);
    if (taker !== null) assigned.get(taker)?.push(partition);
  }
  if (!alike) level(assigned, order, wants);
  return assigned;
}

/** Takes from members what is above their share: the quota, and for some of those who have more already, one more. */
function trimmed(
  assigned: MemberPartitions,
  order: readonly MemberSubscription[],
  partitions: number,
): TopicPartition[] {
  const quota = Math.floor(partitions / order.length);
  let extra = partitions % order.length;
  const taken: TopicPartition[] = [];
  for (const { member } of order) {
    const own = assigned.get(member) ?? [];
    if (own.length <= quota) continue;
    taken.push(...own.splice(extra > 0 ? quota + 1 : quota));
    extra--;
  }
  return taken;
}

/** The member with the fewest partitions among those who may. */
function least(
  assigned: MemberPartitions,
  order: readonly MemberSubscription[],
  may: (member: string) => boolean,
): string | null {
  let best: string | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const { member } of order) {
    const count = assigned.get(member)?.length ?? 0;
    if (count < fewest && may(member)) {
      best = member;
      fewest = count;
    }
  }
  return best;
}

/** Where members want different topics: moves single partitions while that makes any two members more alike. */
function level(
  assigned: MemberPartitions,
  order: readonly MemberSubscription[],
  wants: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  for (let moved = true; moved; ) {
    moved = false;
    for (const { member } of order) {
      const own = assigned.get(member) ?? [];
      for (const [i, partition] of own.entries()) {
        const taker = least(assigned, order, (other) => wants.get(other)?.has(partition.topic) ?? false);
        const theirs = taker === null ? undefined : assigned.get(taker);
        if (!theirs || own.length - theirs.length < 2) continue;
        own.splice(i, 1);
        theirs.push(partition);
        moved = true;
        break;
      }
    }
  }
}
