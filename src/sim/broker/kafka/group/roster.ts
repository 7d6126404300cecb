import type { ErrorCode } from '../errors.ts';
import type { AssignorName, MemberSubscription } from './assignors/assignor.ts';
import type { Member } from './member.ts';
import type { MemberProtocol } from './requests.ts';

/** The members of a group, static ones by their instance, too. */
export class Roster {
  readonly members = new Map<string, Member>();
  readonly #instances = new Map<string, string>();

  add(member: Member): void {
    this.members.set(member.id, member);
    if (member.instance !== null) this.#instances.set(member.instance, member.id);
  }

  remove({ id, instance }: Member): void {
    this.members.delete(id);
    if (instance !== null && this.#instances.get(instance) === id) this.#instances.delete(instance);
  }

  /** The member that an instance is at present. */
  instance(name: string): Member | undefined {
    return this.members.get(this.#instances.get(name) ?? '');
  }

  /** Why somebody is not taken for a member; null if it is one. */
  stranger(member: string, instance: string | null): ErrorCode | null {
    if (instance !== null) {
      const owner = this.#instances.get(instance);
      if (owner === undefined) return 'UNKNOWN_MEMBER_ID';
      if (owner !== member) return 'FENCED_INSTANCE_ID';
    }
    return this.members.has(member) ? null : 'UNKNOWN_MEMBER_ID';
  }

  /** Whether all other members know one of these ways of assigning. */
  supports(protocols: readonly MemberProtocol[], member: string): boolean {
    const others = [...this.members.values()].filter(({ id }) => id !== member);
    return protocols.some(({ name }) => others.every((other) => other.metadata(name) !== undefined));
  }

  /** The way of assigning that all know and most like best. */
  choose(): AssignorName {
    const all = [...this.members.values()];
    const votes = new Map<AssignorName, number>();
    for (const { protocols } of all) {
      const first = protocols.find(({ name }) => all.every((other) => other.metadata(name) !== undefined));
      if (first) votes.set(first.name, (votes.get(first.name) ?? 0) + 1);
    }
    const [chosen] = [...votes].sort((a, b) => b[1] - a[1])[0] ?? ['range' as const];
    return chosen;
  }

  /** How long members wait for each other in a rebalance, in ms: as long as the most patient one needs. */
  longestRebalance(): number {
    return Math.max(0, ...[...this.members.values()].map(({ rebalanceTimeout }) => rebalanceTimeout));
  }

  /** What the leader is told of all members. */
  subscriptions(protocol: AssignorName): MemberSubscription[] {
    return [...this.members.values()].map((member) => {
      const { topics = [], owned = [], generation = -1 } = member.metadata(protocol) ?? {};
      return { member: member.id, instance: member.instance, topics, owned, generation };
    });
  }
}
