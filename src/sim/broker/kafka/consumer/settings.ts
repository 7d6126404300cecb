import type { ClientSettings } from '../client.ts';
import type { IsolationLevel } from '../cluster/replica.ts';
import { ConfigException } from '../errors.ts';
import type { AssignorName } from '../group/assignors/assignor.ts';

/** A consumer's settings, under Kafka's names. Times in ms, sizes in bytes. */
export interface ConsumerSettings extends ClientSettings {
  /** Null: it belongs to no group, and is told its partitions. */
  readonly 'group.id': string | null;
  /** Not null: static membership. */
  readonly 'group.instance.id': string | null;
  readonly 'session.timeout.ms': number;
  readonly 'heartbeat.interval.ms': number;
  readonly 'max.poll.interval.ms': number;
  readonly 'max.poll.records': number;
  readonly 'enable.auto.commit': boolean;
  readonly 'auto.commit.interval.ms': number;
  readonly 'auto.offset.reset': 'latest' | 'earliest' | 'none';
  readonly 'isolation.level': IsolationLevel;
  readonly 'partition.assignment.strategy': readonly AssignorName[];
  readonly 'fetch.min.bytes': number;
  readonly 'fetch.max.wait.ms': number;
  readonly 'fetch.max.bytes': number;
  readonly 'max.partition.fetch.bytes': number;
  readonly 'default.api.timeout.ms': number;
}

export type ConsumerConfig = Partial<ConsumerSettings>;

/** `ConsumerConfig`, Kafka 4. */
const CONSUMER_DEFAULTS: ConsumerSettings = {
  'client.id': 'consumer',
  'group.id': null,
  'group.instance.id': null,
  'session.timeout.ms': 45_000,
  'heartbeat.interval.ms': 3_000,
  'max.poll.interval.ms': 300_000,
  'max.poll.records': 500,
  'enable.auto.commit': true,
  'auto.commit.interval.ms': 5_000,
  'auto.offset.reset': 'latest',
  'isolation.level': 'read_uncommitted',
  'partition.assignment.strategy': ['range', 'cooperative-sticky'],
  'fetch.min.bytes': 1,
  'fetch.max.wait.ms': 500,
  'fetch.max.bytes': 52_428_800,
  'max.partition.fetch.bytes': 1_048_576,
  'request.timeout.ms': 30_000,
  'default.api.timeout.ms': 60_000,
  'retry.backoff.ms': 100,
  'retry.backoff.max.ms': 1_000,
  'metadata.max.age.ms': 300_000,
};

/** A consumer's settings in full; what contradicts itself is refused. */
export function consumerSettings(given: ConsumerConfig = {}): ConsumerSettings {
  const settings = { ...CONSUMER_DEFAULTS, ...given };
  if (settings['heartbeat.interval.ms'] >= settings['session.timeout.ms'])
    throw new ConfigException('heartbeat.interval.ms must be set lower than session.timeout.ms');
  if (settings['partition.assignment.strategy'].length === 0)
    throw new ConfigException('partition.assignment.strategy needs at least one assignor');
  if (settings['max.poll.records'] < 1) throw new ConfigException('max.poll.records must be at least 1');
  if (settings['group.id'] === null && given['enable.auto.commit'] === true)
    throw new ConfigException('enable.auto.commit cannot be set to true when group.id is not set');
  return settings['group.id'] === null ? { ...settings, 'enable.auto.commit': false } : settings;
}
