import { ConfigException } from './errors.ts';

/** What may be set for one topic, under Kafka's names and with its defaults. */
export interface TopicSettings {
  /** `num.partitions` and `default.replication.factor` where a topic does not say. */
  readonly partitions: number;
  readonly 'replication.factor': number;
  readonly 'min.insync.replicas': number;
  readonly 'unclean.leader.election.enable': boolean;
  readonly 'cleanup.policy': 'delete' | 'compact' | 'compact,delete';
  /** -1: no limit. */
  readonly 'retention.ms': number;
  /** For each partition; -1: no limit. */
  readonly 'retention.bytes': number;
  readonly 'segment.bytes': number;
  readonly 'segment.ms': number;
  /** Of one batch. */
  readonly 'max.message.bytes': number;
  readonly 'delete.retention.ms': number;
  readonly 'min.cleanable.dirty.ratio': number;
  readonly 'min.compaction.lag.ms': number;
  readonly 'max.compaction.lag.ms': number;
  readonly 'message.timestamp.type': 'CreateTime' | 'LogAppendTime';
}

/** Kafka's `Long.MAX_VALUE`, as far as numbers go here: no run lasts so long. */
export const LONG_MAX: number = Number.MAX_SAFE_INTEGER;

/** `LogConfig` and `ServerLogConfigs`, Kafka 4. */
export const TOPIC_DEFAULTS: TopicSettings = {
  partitions: 1,
  'replication.factor': 1,
  'min.insync.replicas': 1,
  'unclean.leader.election.enable': false,
  'cleanup.policy': 'delete',
  'retention.ms': 604_800_000,
  'retention.bytes': -1,
  'segment.bytes': 1_073_741_824,
  'segment.ms': 604_800_000,
  'max.message.bytes': 1_048_588,
  'delete.retention.ms': 86_400_000,
  'min.cleanable.dirty.ratio': 0.5,
  'min.compaction.lag.ms': 0,
  'max.compaction.lag.ms': LONG_MAX,
  'message.timestamp.type': 'CreateTime',
};

/** What may be set for all brokers. */
export interface BrokerSettings {
  readonly 'replica.lag.time.max.ms': number;
  readonly 'replica.fetch.wait.max.ms': number;
  readonly 'replica.fetch.max.bytes': number;
  readonly 'replica.fetch.backoff.ms': number;
  readonly 'broker.heartbeat.interval.ms': number;
  readonly 'broker.session.timeout.ms': number;
  readonly 'auto.leader.rebalance.enable': boolean;
  readonly 'leader.imbalance.check.interval.seconds': number;
  /** 1: eligible leader replicas (KIP-966), as new clusters have them since 4.1. 0: the rules from before. */
  readonly 'eligible.leader.replicas.version': 0 | 1;
  readonly 'auto.create.topics.enable': boolean;
  readonly 'log.retention.check.interval.ms': number;
  readonly 'log.cleaner.backoff.ms': number;
  readonly 'producer.id.expiration.ms': number;
  readonly 'group.initial.rebalance.delay.ms': number;
  readonly 'group.min.session.timeout.ms': number;
  readonly 'group.max.session.timeout.ms': number;
  readonly 'offsets.retention.minutes': number;
  readonly 'offsets.retention.check.interval.ms': number;
  readonly 'offsets.topic.num.partitions': number;
  /** Of both internal topics; no more than there are brokers. */
  readonly 'offsets.topic.replication.factor': number;
  readonly 'transaction.state.log.num.partitions': number;
  readonly 'transaction.state.log.min.isr': number;
  readonly 'transaction.max.timeout.ms': number;
  readonly 'transaction.abort.timed.out.transaction.cleanup.interval.ms': number;
  readonly 'quota.window.num': number;
  readonly 'quota.window.size.seconds': number;
}

/** `ReplicationConfigs`, `KRaftConfigs`, `GroupCoordinatorConfig`, `TransactionLogConfig` and others, Kafka 4. */
export const BROKER_DEFAULTS: BrokerSettings = {
  'replica.lag.time.max.ms': 30_000,
  'replica.fetch.wait.max.ms': 500,
  'replica.fetch.max.bytes': 1_048_576,
  'replica.fetch.backoff.ms': 1_000,
  'broker.heartbeat.interval.ms': 2_000,
  'broker.session.timeout.ms': 9_000,
  'auto.leader.rebalance.enable': true,
  'leader.imbalance.check.interval.seconds': 300,
  'eligible.leader.replicas.version': 1,
  'auto.create.topics.enable': true,
  'log.retention.check.interval.ms': 300_000,
  'log.cleaner.backoff.ms': 15_000,
  'producer.id.expiration.ms': 86_400_000,
  'group.initial.rebalance.delay.ms': 3_000,
  'group.min.session.timeout.ms': 6_000,
  'group.max.session.timeout.ms': 1_800_000,
  'offsets.retention.minutes': 10_080,
  'offsets.retention.check.interval.ms': 600_000,
  'offsets.topic.num.partitions': 50,
  'offsets.topic.replication.factor': 3,
  'transaction.state.log.num.partitions': 50,
  'transaction.state.log.min.isr': 2,
  'transaction.max.timeout.ms': 900_000,
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 10_000,
  'quota.window.num': 11,
  'quota.window.size.seconds': 1,
};

/** A topic's settings in full; what cannot be is refused. */
export function topicSettings(given: Partial<TopicSettings>, brokers: number): TopicSettings {
  const settings = { ...TOPIC_DEFAULTS, ...given };
  const { partitions, 'replication.factor': replicas } = settings;
  if (!(Number.isInteger(partitions) && partitions > 0))
    throw new ConfigException(`a topic needs at least one partition, not ${partitions}`);
  if (!(Number.isInteger(replicas) && replicas > 0 && replicas <= brokers))
    throw new ConfigException(`replication.factor must be from 1 to ${brokers}, the number of brokers`);
  return settings;
}
