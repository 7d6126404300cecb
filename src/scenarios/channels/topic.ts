import { nameIn } from '../../sim/broker/message-broker.ts';
import type { Measure } from '../../sim/gauges.ts';
import type { Micros } from '../../sim/kernel/time.ts';
import { KIND } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';
import { gaugeAt, gaugesOf } from './gauges.ts';
import { groupsReading, readersOf } from './readers.ts';

/** One partition as `kafka-topics.sh --describe` and `kafka-get-offsets.sh` show it. */
export interface PartitionView {
  readonly partition: number;
  /** A broker; null where there is none, so that nothing can be read or written. */
  readonly leader: number | null;
  /** In-sync replicas. */
  readonly inSync: readonly number[];
  /** Brokers that hold a copy. */
  readonly replicas: number;
  readonly logStart: number;
  /** Consumers may read up to but excluding it. */
  readonly highWatermark: number;
  /** Of the leader. */
  readonly logEnd: number;
}

/** How far a group is in one partition, as `kafka-consumer-groups.sh --describe` shows it. */
export interface GroupOffset {
  readonly partition: number;
  /** The next offset to read after a restart; null before the first commit. */
  readonly committed: number | null;
  /** The high watermark less the committed offset; null before the first commit. */
  readonly lag: number | null;
  /** The member that reads it; null while nobody does. */
  readonly owner: string | null;
}

/** A consumer group at a moment. */
interface GroupView {
  readonly group: string;
  /** Replicas that are members; one twice where the group has not yet noticed that an earlier life of it is over. */
  readonly members: readonly string[];
  /** It divides its partitions anew: nobody reads until that has ended. */
  readonly rebalancing: boolean;
  readonly offsets: readonly GroupOffset[];
}

/** A topic at a moment. */
export interface TopicView {
  readonly kind: 'topic';
  readonly channel: string;
  readonly partitions: readonly PartitionView[];
  readonly groups: readonly GroupView[];
}

/** A topic as it was once a record had happened, at a time. */
export function topicAt(run: Run, channel: string, record: number, at: Micros): TopicView {
  const partitions = partitionsAt(run, channel, at);
  const groups = groupsReading(run.world, channel).map((group): GroupView => {
    const { members, owners, rebalancing } = membersAt(run, group, channel, record);
    const offsets = partitions.map(({ partition, highWatermark }): GroupOffset => {
      const committed = committedAt(run, channel, partition, group, at);
      return {
        partition,
        committed,
        lag: committed === null ? null : Math.max(0, highWatermark - committed),
        owner: owners.get(partition) ?? null,
      };
    });
    return { group, members, rebalancing, offsets };
  });
  return { kind: 'topic', channel, partitions, groups };
}

/**
 * Records that a topic's groups have yet to commit, over all partitions. A group without a commit has everything
 * before it where it begins with the earliest record, and nothing where it waits for new ones.
 */
export function lagOf(run: Run, channel: string, at: Micros): readonly number[] {
  const groups = groupsReading(run.world, channel);
  const earliest = new Set(
    readersOf(run.world, channel)
      .filter(({ settings }) => settings['auto.offset.reset'] === 'earliest')
      .map(({ group }) => group),
  );
  return partitionsAt(run, channel, at).map(({ partition, highWatermark, logStart }) =>
    groups.reduce((sum, group) => {
      const beginning = earliest.has(group) ? logStart : highWatermark;
      return (
        sum + Math.max(0, highWatermark - (committedAt(run, channel, partition, group, at) ?? beginning))
      );
    }, 0),
  );
}

function partitionsAt(run: Run, channel: string, at: Micros): PartitionView[] {
  const found: PartitionView[] = [];
  for (let partition = 0; ; partition++) {
    const place = `${channel}[${partition}]`;
    const of = (measure: Measure) => {
      const [gauge] = gaugesOf(run, measure, place);
      return gauge === undefined ? null : gaugeAt(gauge, at);
    };
    const leader = of('leader');
    if (leader === null) return found;
    const replicas = gaugesOf(run, 'in sync', place);
    found.push({
      partition,
      leader: leader < 0 ? null : leader,
      inSync: replicas.filter((gauge) => gaugeAt(gauge, at) === 1).map((gauge) => Number(gauge.of)),
      replicas: replicas.length,
      logStart: of('log start') ?? 0,
      highWatermark: of('high watermark') ?? 0,
      logEnd: of('log end') ?? 0,
    });
  }
}

function committedAt(run: Run, channel: string, partition: number, group: string, at: Micros): number | null {
  const gauge = gaugesOf(run, 'committed', `${channel}[${partition}]`).find((each) => each.of === group);
  const offset = gauge === undefined ? null : gaugeAt(gauge, at);
  return offset === null || offset < 0 ? null : offset;
}

interface Membership {
  readonly members: readonly string[];
  readonly owners: ReadonlyMap<number, string>;
  readonly rebalancing: boolean;
}

const GROUP_KINDS: ReadonlySet<number> = new Set([
  KIND.memberJoined,
  KIND.memberLeft,
  KIND.rebalanceStarted,
  KIND.rebalanceFinished,
]);

/** Who is in a group, and who was last given which partition of a topic. */
function membersAt({ record: events }: Run, group: string, channel: string, record: number): Membership {
  const { kind, place, peer, detail } = events.columns();
  const number = events.names.find(group);
  let members: string[] = [];
  let owners = new Map<number, string>();
  let rebalancing = false;
  for (let i = 0; i <= record && i < kind.length; i++) {
    if (place[i] !== number || !GROUP_KINDS.has(kind[i] as number)) continue;
    const member = (peer[i] as number) < 0 ? '' : events.names.text(peer[i] as number);
    switch (kind[i]) {
      case KIND.memberJoined:
        members.push(member);
        break;
      case KIND.memberLeft: {
        const index = members.indexOf(member);
        if (index >= 0) members.splice(index, 1);
        break;
      }
      case KIND.rebalanceStarted:
        rebalancing = true;
        break;
      case KIND.rebalanceFinished: {
        // A coordinator that dies takes members with it that it had not written down: what counts is who was counted.
        const assignment = (detail[i] as number) < 0 ? '' : events.names.text(detail[i] as number);
        rebalancing = false;
        members = assignment === '' ? [] : assignment.split(', ').map((part) => part.replace(/: .*$/, ''));
        owners = ownersIn(assignment, channel);
        break;
      }
    }
  }
  for (const [partition, member] of owners) if (!members.includes(member)) owners.delete(partition);
  return { members, owners, rebalancing };
}

/** Reads `shipping[0]: orders[0] orders[1], shipping[1]: none`, as the record has it. */
function ownersIn(assignment: string, channel: string): Map<number, string> {
  const owners = new Map<number, string>();
  for (const part of assignment.split(', ')) {
    const [member = '', own = ''] = part.split(': ');
    for (const each of own.split(' ')) {
      const [, topic, partition] = /^(.*)\[(\d+)\]$/.exec(each) ?? [];
      if (topic === nameIn(channel)) owners.set(Number(partition), member);
    }
  }
  return owners;
}
