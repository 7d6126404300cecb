import { z } from 'zod';
import { duration } from '../../quantities.ts';

const whole = z.int({ error: 'expected a whole number' });
const count = whole.min(0);
const milliseconds = z.int({ error: 'expected milliseconds, a whole number' }).min(0);

/** Names that Kafka allows for topics, but for those that begin with a dot or an underscore. */
const topicName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9._-]*$/,
    'a topic is a letter, then letters, digits, dots, dashes and underscores',
  );

/** A topic, with its settings under Kafka's names; what is not said is Kafka's default. */
const topic = z.strictObject({
  partitions: whole.min(1).max(100).optional(),
  'replication.factor': whole.min(1).max(9).optional(),
  /** With acks=all: replicas that must have a record before it counts. */
  'min.insync.replicas': whole.min(1).max(9).optional(),
  /** Lets a replica lead that may lack committed records. */
  'unclean.leader.election.enable': z.boolean().optional(),
  'cleanup.policy': z.enum(['delete', 'compact', 'compact,delete']).optional(),
  /** -1: for ever. */
  'retention.ms': whole.min(-1).optional(),
  /** For each partition; -1: without bound. */
  'retention.bytes': whole.min(-1).optional(),
  'segment.bytes': whole.min(14).optional(),
  'segment.ms': milliseconds.min(1).optional(),
  'max.message.bytes': count.optional(),
  'delete.retention.ms': milliseconds.optional(),
  'min.cleanable.dirty.ratio': z.number().min(0).max(1).optional(),
  'min.compaction.lag.ms': milliseconds.optional(),
  'max.compaction.lag.ms': milliseconds.min(1).optional(),
  'message.timestamp.type': z.enum(['CreateTime', 'LogAppendTime']).optional(),
});

/** How services produce. */
export const kafkaProducer = z.strictObject({
  acks: z.union([z.literal('all'), z.literal(0), z.literal(1), z.literal(-1)]).optional(),
  'enable.idempotence': z.boolean().optional(),
  retries: count.optional(),
  'delivery.timeout.ms': milliseconds.optional(),
  'request.timeout.ms': milliseconds.min(1).optional(),
  'max.in.flight.requests.per.connection': whole.min(1).optional(),
  'linger.ms': milliseconds.optional(),
  'batch.size': count.optional(),
  'buffer.memory': count.optional(),
  'max.block.ms': milliseconds.optional(),
  'max.request.size': count.optional(),
  'retry.backoff.ms': milliseconds.optional(),
  'retry.backoff.max.ms': milliseconds.optional(),
  'partitioner.ignore.keys': z.boolean().optional(),
  'partitioner.adaptive.partitioning.enable': z.boolean().optional(),
  'metadata.max.age.ms': milliseconds.min(1).optional(),
});

/** Kafka: brokers, topics, and how services produce. */
export const kafka = z.strictObject({
  /** Their ids are 1, 2 and so on. */
  brokers: whole.min(1).max(9).default(3),
  topics: z.record(topicName, topic).default({}),
  producer: kafkaProducer.prefault({}),
  'replica.lag.time.max.ms': milliseconds.min(1).optional(),
  'broker.heartbeat.interval.ms': milliseconds.min(1).optional(),
  'broker.session.timeout.ms': milliseconds.min(1).optional(),
  'auto.leader.rebalance.enable': z.boolean().optional(),
  'leader.imbalance.check.interval.seconds': whole.min(1).optional(),
  /** 0: without eligible leader replicas, as before Kafka 4.1. */
  'eligible.leader.replicas.version': z.union([z.literal(0), z.literal(1)]).optional(),
  'log.retention.check.interval.ms': milliseconds.min(1).optional(),
  'group.initial.rebalance.delay.ms': milliseconds.optional(),
  'offsets.retention.minutes': whole.min(1).optional(),
  /** What a client may send and fetch, in bytes a second on each broker, by service. */
  quotas: z
    .record(
      z.string(),
      z.strictObject({
        producer_byte_rate: whole.min(1).optional(),
        consumer_byte_rate: whole.min(1).optional(),
      }),
    )
    .default({}),
  /** How long a broker takes to write one batch: into the page cache, since it leaves flushing to the system. */
  write: duration.default(50),
});

export type Kafka = z.output<typeof kafka>;

/** What a consumer may say of Kafka, under Kafka's names. */
export const kafkaConsumer = {
  /** When offsets are committed: after each record, before its work, or after all that a poll brought. */
  commit: z.enum(['after', 'before', 'batch']).optional(),
  /** Kafka's own way, unless `commit` is set: what earlier polls gave, once in `auto.commit.interval.ms`. */
  'enable.auto.commit': z.boolean().optional(),
  'auto.commit.interval.ms': milliseconds.optional(),
  'auto.offset.reset': z.enum(['latest', 'earliest', 'none']).optional(),
  'isolation.level': z.enum(['read_uncommitted', 'read_committed']).optional(),
  /** What the handler of a record publishes to Kafka, and the record's offset, are one transaction; each replica adds its name. */
  'transactional.id': z.string().min(1).optional(),
  'transaction.timeout.ms': milliseconds.min(1).optional(),
  'session.timeout.ms': milliseconds.min(1).optional(),
  'heartbeat.interval.ms': milliseconds.min(1).optional(),
  'max.poll.interval.ms': milliseconds.min(1).optional(),
  'max.poll.records': whole.min(1).optional(),
  /** Static membership: with the number of the replica, the id of each member. */
  'group.instance.id': z.string().min(1).optional(),
  'partition.assignment.strategy': z
    .array(z.enum(['range', 'roundrobin', 'sticky', 'cooperative-sticky']))
    .min(1)
    .optional(),
  'fetch.min.bytes': count.optional(),
  'fetch.max.wait.ms': milliseconds.optional(),
  'fetch.max.bytes': count.optional(),
  'max.partition.fetch.bytes': count.optional(),
};
