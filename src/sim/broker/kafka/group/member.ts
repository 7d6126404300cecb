import { NO_TIMER } from '../clock.ts';
import type { TopicPartition } from '../events.ts';
import type { AssignorName } from './assignors/assignor.ts';
import type { JoinAnswer, JoinRequest, MemberMetadata, MemberProtocol, SyncAnswer } from './requests.ts';

/** A member as it is written into the offsets topic. */
export interface StoredMember {
  readonly id: string;
  readonly instance: string | null;
  readonly sessionTimeout: number;
  readonly rebalanceTimeout: number;
  readonly protocols: readonly MemberProtocol[];
  readonly assignment: readonly TopicPartition[];
}

/** One member of a group, as the coordinator knows it. Times in ms. */
export class Member {
  readonly id: string;
  readonly instance: string | null;
  sessionTimeout: number;
  rebalanceTimeout: number;
  protocols: readonly MemberProtocol[];
  assignment: readonly TopicPartition[];
  /** Set while it waits for the others to join. */
  joining: ((answer: JoinAnswer) => void) | null = null;
  /** Set while it waits for its assignment. */
  syncing: ((answer: SyncAnswer) => void) | null = null;
  session = NO_TIMER;

  constructor({ id, instance, sessionTimeout, rebalanceTimeout, protocols, assignment }: StoredMember) {
    this.id = id;
    this.instance = instance;
    this.sessionTimeout = sessionTimeout;
    this.rebalanceTimeout = rebalanceTimeout;
    this.protocols = protocols;
    this.assignment = assignment;
  }

  stored(): StoredMember {
    const { id, instance, sessionTimeout, rebalanceTimeout, protocols, assignment } = this;
    return { id, instance, sessionTimeout, rebalanceTimeout, protocols, assignment };
  }

  /** Takes over what it says when it joins again. */
  update(request: JoinRequest): void {
    this.sessionTimeout = request['session.timeout.ms'];
    this.rebalanceTimeout = request['rebalance.timeout.ms'];
    this.protocols = request.protocols;
  }

  metadata(protocol: AssignorName): MemberMetadata | undefined {
    return this.protocols.find(({ name }) => name === protocol)?.metadata;
  }

  /** Whether it says the same as before, so that nothing needs to be divided anew. */
  says(protocols: readonly MemberProtocol[]): boolean {
    return described(this.protocols) === described(protocols);
  }

  /** Whether it wants the same topics, in the same ways. */
  wants(protocols: readonly MemberProtocol[]): boolean {
    const topics = (all: readonly MemberProtocol[]): string =>
      all.map(({ name, metadata }) => `${name}:${metadata.topics.join()}`).join(';');
    return topics(this.protocols) === topics(protocols);
  }
}

/** A member that joins for the first time. */
export const newMember = (id: string, request: JoinRequest): Member =>
  new Member({
    id,
    instance: request.instance,
    sessionTimeout: request['session.timeout.ms'],
    rebalanceTimeout: request['rebalance.timeout.ms'],
    protocols: request.protocols,
    assignment: [],
  });

const described = (protocols: readonly MemberProtocol[]): string =>
  protocols
    .map(({ name, metadata: { topics, owned, generation } }) =>
      [name, generation, ...topics, ...owned.map(({ topic, partition }) => `${topic}-${partition}`)].join(),
    )
    .join(';');
