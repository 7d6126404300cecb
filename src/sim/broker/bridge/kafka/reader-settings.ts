import type { ConsumerConfig } from '../../kafka/consumer/settings.ts';
import type { Listener } from '../../message-broker.ts';

/** When offsets are committed; null: Kafka's automatic way. */
export function commitsOf({ settings }: Pick<Listener, 'settings'>): 'after' | 'before' | 'batch' | null {
  if (settings.commit !== undefined) return settings.commit;
  if (settings.ack === 'before') return 'before';
  return settings['enable.auto.commit'] === false ? 'after' : null;
}

/** A consumer's settings in Kafka's own terms; what the world does not say is Kafka's default. */
export function configOf(listener: Listener): ConsumerConfig {
  const { settings, member, group } = listener;
  const {
    'auto.commit.interval.ms': interval,
    'auto.offset.reset': reset,
    'isolation.level': isolation,
    'session.timeout.ms': session,
    'heartbeat.interval.ms': heartbeat,
    'max.poll.interval.ms': pollInterval,
    'max.poll.records': pollRecords,
    'group.instance.id': instance,
    'partition.assignment.strategy': strategy,
    'fetch.min.bytes': minBytes,
    'fetch.max.wait.ms': maxWait,
    'fetch.max.bytes': maxBytes,
    'max.partition.fetch.bytes': partitionBytes,
  } = settings;
  return {
    'client.id': member.text,
    'group.id': group,
    'enable.auto.commit': commitsOf(listener) === null && settings['transactional.id'] === undefined,
    ...(interval !== undefined && { 'auto.commit.interval.ms': interval }),
    ...(reset !== undefined && { 'auto.offset.reset': reset }),
    ...(isolation !== undefined && { 'isolation.level': isolation }),
    ...(session !== undefined && { 'session.timeout.ms': session }),
    ...(heartbeat !== undefined && { 'heartbeat.interval.ms': heartbeat }),
    ...(pollInterval !== undefined && { 'max.poll.interval.ms': pollInterval }),
    ...(pollRecords !== undefined && { 'max.poll.records': pollRecords }),
    ...(instance !== undefined && { 'group.instance.id': `${instance}-${member.text}` }),
    ...(strategy !== undefined && { 'partition.assignment.strategy': strategy }),
    ...(minBytes !== undefined && { 'fetch.min.bytes': minBytes }),
    ...(maxWait !== undefined && { 'fetch.max.wait.ms': maxWait }),
    ...(maxBytes !== undefined && { 'fetch.max.bytes': maxBytes }),
    ...(partitionBytes !== undefined && { 'max.partition.fetch.bytes': partitionBytes }),
  };
}
