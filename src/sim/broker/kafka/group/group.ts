import type { Micros } from '../../../kernel/time.ts';
import { tableOf } from '../../../machine-table.ts';
import { type Clock, MILLISECOND, NO_TIMER } from '../clock.ts';
import type { ErrorCode } from '../errors.ts';
import type { KafkaObserver, LeaveReason, TopicPartition } from '../events.ts';
import type { BrokerSettings } from '../settings.ts';
import type { AssignorName } from './assignors/assignor.ts';
import { type GroupEvent, type GroupState, groupMachine } from './group.machine.ts';
import { Member, newMember, type StoredMember } from './member.ts';
import {
  type JoinAnswer,
  type JoinRequest,
  joinRefused,
  type MemberIdentity,
  type SyncAnswer,
  type SyncRequest,
  syncRefused,
} from './requests.ts';
import { Roster } from './roster.ts';

const TABLE = tableOf<GroupState, GroupEvent>(groupMachine);

/** What a group needs of the coordinator that it is on. */
export interface GroupHost {
  readonly clock: Clock;
  readonly settings: BrokerSettings;
  readonly observer: KafkaObserver;
  /** Makes what the group has agreed on durable; `done` tells whether it is. */
  stored(group: Group, done: (error: ErrorCode | null) => void): void;
}

/** A group as it is written into the offsets topic. */
export interface StoredGroup {
  readonly generation: number;
  readonly protocol: AssignorName | null;
  readonly leader: string;
  /** Member ids given out so far. */
  readonly born: number;
  readonly members: readonly StoredMember[];
}

const NO_ASSIGNMENT: readonly TopicPartition[] = [];

/** A consumer group of the classic protocol: its members, and the rounds in which they divide partitions. */
export class Group {
  readonly name: string;
  readonly #roster = new Roster();
  readonly #host: GroupHost;
  /** Member ids that were given out, and whose owners are to come back with them. */
  readonly #pending = new Map<string, number>();
  #state: GroupState = TABLE.initial;
  #generation = 0;
  #protocol: AssignorName | null = null;
  #leader = '';
  #timer = NO_TIMER;
  /** Members still come in: the first rebalance of an empty group waits for them. */
  #gathering = false;
  #newcomers = false;
  #born = 0;
  emptySince: Micros;

  constructor(name: string, host: GroupHost) {
    this.name = name;
    this.#host = host;
    this.emptySince = host.clock.now;
  }

  get members(): ReadonlyMap<string, Member> {
    return this.#roster.members;
  }

  stored(): StoredGroup {
    const members = [...this.members.values()].map((member) => member.stored());
    const [generation, protocol, leader, born] = [this.#generation, this.#protocol, this.#leader, this.#born];
    return { generation, protocol, leader, born, members };
  }

  get state(): GroupState {
    return this.#state;
  }

  get generation(): number {
    return this.#generation;
  }

  /** Takes up what another coordinator had stored: members are given a whole session to show that they live. */
  restore({ generation, protocol, leader, born, members }: StoredGroup): void {
    this.#generation = generation;
    this.#protocol = protocol;
    this.#leader = leader;
    this.#born = born;
    for (const stored of members) {
      const member = new Member(stored);
      this.#roster.add(member);
      this.#expect(member);
    }
    if (members.length > 0) this.#state = 'Stable';
  }

  join(request: JoinRequest, respond: (answer: JoinAnswer) => void): void {
    const refuse = (error: ErrorCode, member = request.member): void => respond(joinRefused(error, member));
    const { 'group.min.session.timeout.ms': least, 'group.max.session.timeout.ms': most } =
      this.#host.settings;
    const session = request['session.timeout.ms'];
    if (session < least || session > most) {
      refuse('INVALID_SESSION_TIMEOUT');
      return;
    }
    if (!this.#roster.supports(request.protocols, request.member)) {
      refuse('INCONSISTENT_GROUP_PROTOCOL');
      return;
    }
    if (request.member === '') this.#joinNew(request, respond, refuse);
    else this.#joinKnown(request, respond, refuse);
  }

  sync(
    { member: id, instance, generation, assignments }: SyncRequest,
    respond: (answer: SyncAnswer) => void,
  ): void {
    const refuse = (error: ErrorCode): void => respond(syncRefused(error));
    const wrong = this.wrong({ group: this.name, member: id, instance, generation });
    if (wrong) {
      refuse(wrong);
      return;
    }
    const member = this.members.get(id)!; // `wrong` has looked
    if (this.#state === 'PreparingRebalance' || this.#state === 'Empty') refuse('REBALANCE_IN_PROGRESS');
    else if (this.#state === 'Stable') respond({ error: null, assignment: member.assignment });
    else {
      member.syncing = respond;
      if (id === this.#leader) this.#assigned(assignments);
    }
  }

  heartbeat(who: MemberIdentity): ErrorCode | null {
    const wrong = this.wrong(who);
    if (wrong) return wrong;
    this.#expect(this.members.get(who.member)!); // `wrong` has looked
    return this.#state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : null;
  }

  leave(id: string, reason: LeaveReason): ErrorCode | null {
    if (this.#pending.delete(id)) {
      this.#joinedByAll();
      return null;
    }
    const member = this.members.get(id);
    if (!member) return 'UNKNOWN_MEMBER_ID';
    this.#remove(member, reason);
    return null;
  }

  /** Why a member's request is not taken; null if it is. */
  wrong({ member, instance, generation }: MemberIdentity): ErrorCode | null {
    const stranger = this.#roster.stranger(member, instance);
    if (stranger !== null) return stranger;
    return generation === this.#generation ? null : 'ILLEGAL_GENERATION';
  }

  /** Makes all members join again: what an operator, or a fault, may ask for. */
  rebalance(why: string): void {
    if (this.members.size === 0 || this.#state === 'PreparingRebalance') return;
    this.#prepare(why);
  }

  /** This coordinator is no longer the group's: whoever waits is told to look for the new one. */
  end(): void {
    const { clock } = this.#host;
    clock.cancel(this.#timer);
    for (const timer of this.#pending.values()) clock.cancel(timer);
    for (const member of this.members.values()) {
      clock.cancel(member.session);
      member.joining?.(joinRefused('NOT_COORDINATOR', member.id));
      member.syncing?.(syncRefused('NOT_COORDINATOR'));
    }
  }

  #joinNew(
    request: JoinRequest,
    respond: (answer: JoinAnswer) => void,
    refuse: (error: ErrorCode, member?: string) => void,
  ): void {
    const { clock } = this.#host;
    const id = `${request.instance ?? request.client}-${++this.#born}`;
    if (request.instance === null) {
      const patience = request['session.timeout.ms'] * MILLISECOND;
      this.#pending.set(
        id,
        clock.after(patience, () => {
          this.#pending.delete(id);
          this.#joinedByAll();
        }),
      );
      refuse('MEMBER_ID_REQUIRED', id);
      return;
    }
    const before = this.#roster.instance(request.instance);
    if (before) this.#replace(before, id, request, respond);
    else this.#add(id, request, respond);
  }

  #joinKnown(
    request: JoinRequest,
    respond: (answer: JoinAnswer) => void,
    refuse: (error: ErrorCode) => void,
  ): void {
    const { member: id, instance } = request;
    const pending = this.#pending.get(id);
    if (pending !== undefined) {
      this.#host.clock.cancel(pending);
      this.#pending.delete(id);
      this.#add(id, request, respond);
      return;
    }
    const member = this.members.get(id);
    if (!member) {
      refuse(
        instance !== null && this.#roster.instance(instance) ? 'FENCED_INSTANCE_ID' : 'UNKNOWN_MEMBER_ID',
      );
      return;
    }
    const same = member.says(request.protocols);
    const leads = id === this.#leader;
    member.update(request);
    if (this.#state === 'PreparingRebalance') {
      this.#hold(member, respond);
      this.#joinedByAll();
    } else if (same && (this.#state === 'CompletingRebalance' || !leads)) respond(this.#answerFor(member));
    else {
      this.#hold(member, respond);
      this.#prepare(`member ${id} joined again`);
    }
  }

  #add(id: string, request: JoinRequest, respond: (answer: JoinAnswer) => void): void {
    const member = newMember(id, request);
    this.#roster.add(member);
    this.#host.observer.memberJoined?.(this.name, id);
    this.#newcomers = true;
    this.#hold(member, respond);
    if (this.#state === 'PreparingRebalance') this.#joinedByAll();
    else this.#prepare(`member ${id} joined`);
  }

  /** A static member is back under a new id: while it wants the same, nobody else need know. */
  #replace(before: Member, id: string, request: JoinRequest, respond: (answer: JoinAnswer) => void): void {
    const member = newMember(id, request);
    this.#host.clock.cancel(before.session);
    before.joining?.(joinRefused('FENCED_INSTANCE_ID', before.id));
    before.syncing?.(syncRefused('FENCED_INSTANCE_ID'));
    this.#roster.remove(before);
    this.#roster.add(member);
    member.assignment = before.assignment;
    if (this.#leader === before.id) this.#leader = id;
    this.#host.observer.memberLeft?.(this.name, before.id, 'replaced');
    this.#host.observer.memberJoined?.(this.name, id);
    if (this.#state === 'Stable' && before.wants(request.protocols)) {
      this.#expect(member);
      // It is not told that it leads, so that it does not divide anew (KIP-345).
      respond({ ...this.#answerFor(member), leader: this.#leader === id ? '' : this.#leader, members: [] });
      return;
    }
    this.#hold(member, respond);
    if (this.#state === 'PreparingRebalance') this.#joinedByAll();
    else this.#prepare(`static member ${id} wants something else`);
  }

  #hold(member: Member, respond: (answer: JoinAnswer) => void): void {
    this.#host.clock.cancel(member.session); // who waits for the others need not send heartbeats
    member.joining = respond;
  }

  #prepare(why: string): void {
    const { clock, observer, settings } = this.#host;
    for (const member of this.members.values()) {
      member.syncing?.(syncRefused('REBALANCE_IN_PROGRESS'));
      member.syncing = null;
      if (!member.joining) this.#expect(member);
    }
    this.#gathering = this.#state === 'Empty';
    this.#state = TABLE.next(this.#state, 'rebalance');
    observer.rebalanceStarted?.(this.name, this.#generation, why);
    clock.cancel(this.#timer);
    if (this.#gathering)
      this.#gather(settings['group.initial.rebalance.delay.ms'], this.#roster.longestRebalance());
    else {
      this.#timer = clock.after(this.#roster.longestRebalance() * MILLISECOND, () => this.#complete());
      this.#joinedByAll();
    }
  }

  /** Waits for further members, again and again while new ones come, but no longer than members wait for each other. */
  #gather(delay: number, left: number): void {
    const wait = Math.min(delay, left);
    this.#newcomers = false;
    this.#timer = this.#host.clock.after(wait * MILLISECOND, () => {
      if (this.#newcomers && left > wait) this.#gather(delay, left - wait);
      else {
        this.#gathering = false;
        this.#complete();
      }
    });
  }

  #joinedByAll(): void {
    if (this.#state !== 'PreparingRebalance' || this.#gathering || this.#pending.size > 0) return;
    for (const { joining } of this.members.values()) if (!joining) return;
    this.#complete();
  }

  /** The round is over: who has not joined is out. */
  #complete(): void {
    const { clock, observer } = this.#host;
    clock.cancel(this.#timer);
    for (const member of [...this.members.values()])
      if (!member.joining && member.instance === null) {
        this.#forget(member);
        observer.memberLeft?.(this.name, member.id, 'did not rejoin in time');
      }
    const joined = [...this.members.values()].filter(({ joining }) => joining !== null);
    this.#generation++;
    if (joined.length === 0) {
      this.#emptied();
      return;
    }
    this.#protocol = this.#roster.choose();
    if (!joined.some(({ id }) => id === this.#leader)) this.#leader = joined[0]!.id; // there is one
    this.#state = TABLE.next(this.#state, 'joined');
    for (const member of joined) {
      const respond = member.joining;
      member.joining = null;
      this.#expect(member);
      respond?.(this.#answerFor(member));
    }
    this.#timer = clock.after(this.#roster.longestRebalance() * MILLISECOND, () => {
      for (const member of [...this.members.values()])
        if (this.#state === 'CompletingRebalance' && !member.syncing)
          this.#remove(member, 'did not rejoin in time');
    });
  }

  #answerFor({ id }: Member): JoinAnswer {
    const protocol = this.#protocol;
    const members = id === this.#leader && protocol !== null ? this.#roster.subscriptions(protocol) : [];
    return { error: null, member: id, generation: this.#generation, protocol, leader: this.#leader, members };
  }

  #assigned(assignments: ReadonlyMap<string, readonly TopicPartition[]>): void {
    const { observer } = this.#host;
    const generation = this.#generation;
    for (const member of this.members.values())
      member.assignment = assignments.get(member.id) ?? NO_ASSIGNMENT;
    this.#host.stored(this, (error) => {
      if (this.#state !== 'CompletingRebalance' || generation !== this.#generation) return;
      this.#host.clock.cancel(this.#timer);
      if (error === null) this.#state = TABLE.next(this.#state, 'assigned');
      for (const member of this.members.values()) {
        const { syncing, assignment } = member;
        member.syncing = null;
        syncing?.({ error, assignment });
      }
      if (error !== null) this.#prepare('the assignment could not be stored');
      else
        observer.rebalanceFinished?.(
          this.name,
          generation,
          new Map([...this.members.values()].map(({ id, assignment }) => [id, assignment])),
        );
    });
  }

  /** Counts a member as gone if it does not show that it lives within its session. */
  #expect(member: Member): void {
    const { clock } = this.#host;
    clock.cancel(member.session);
    member.session = clock.timeout(member.sessionTimeout * MILLISECOND, () => {
      if (this.members.get(member.id) === member && !member.joining)
        this.#remove(member, 'session.timeout.ms exceeded');
    });
  }

  #remove(member: Member, reason: LeaveReason): void {
    this.#forget(member);
    this.#host.observer.memberLeft?.(this.name, member.id, reason);
    if (this.#state === 'PreparingRebalance') this.#joinedByAll();
    else this.#prepare(`member ${member.id} left: ${reason}`);
  }

  #forget(member: Member): void {
    this.#host.clock.cancel(member.session);
    this.#roster.remove(member);
  }

  #emptied(): void {
    this.#state = TABLE.next(this.#state, 'emptied');
    this.#protocol = null;
    this.#leader = '';
    this.emptySince = this.#host.clock.now;
    this.#host.stored(this, () => {});
    this.#host.observer.rebalanceFinished?.(this.name, this.#generation, new Map());
  }
}
