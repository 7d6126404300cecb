import { z } from 'zod';
import { backoff, distribution, duration } from '../quantities.ts';
import { autoscale } from './autoscale.ts';
import { kafkaConsumer } from './brokers/kafka.ts';
import { callSettings } from './calls.ts';
import { channelPlace, count, expression, id, idMap } from './common.ts';
import { connectionPool } from './connection-pool.ts';
import { adapter } from './contracts.ts';
import { rateLimit, route, shedding } from './gateway.ts';
import { grpcServer } from './grpc.ts';
import { aggregate, resequence } from './holding.ts';
import { operation } from './operation.ts';
import { pod } from './pod.ts';
import { rollingUpdate } from './rolling-update.ts';
import { authSettings, issuerSettings } from './security.ts';

const table = z.strictObject({
  /** The request field that is the row's key. */
  key: z.string().default('id'),
  unique: z.array(z.array(z.string()).min(1)).default([]),
  /** Rows older than this are gone; null: kept for ever. */
  ttl: duration.nullable().default(null),
  /** An entity: the table starts with one row for each. */
  rows: id.nullable().default(null),
  columns: z.record(z.string(), expression).default({}),
});

/** A service's own database. Times from section "latency figures" of docs/fidelity.md: Postgres on a local SSD. */
const database = z.strictObject({
  type: z.literal('postgres').default('postgres'),
  max_connections: z.int().min(1).default(100),
  /** HikariCP pools of each replica. */
  pools: idMap(connectionPool).default({}),
  /** A read copy that runs behind. */
  replica: z.strictObject({ lag: distribution }).nullable().default(null),
  read: distribution.default({ kind: 'lognormal', median: 400, sigma: 0.8661 }),
  commit: distribution.default({ kind: 'lognormal', median: 300, sigma: 0.8155 }),
  /** For each row that a query's `offset` skips. */
  skip: duration.default(1),
  tables: idMap(table).default({}),
});

/** Who may wait for a worker. */
const queue = z.strictObject({
  /** Waiting at most, for all or by operation or priority; null: no bound. */
  limit: z
    .union([count, z.record(id, count)])
    .nullable()
    .default(null),
  discipline: z.enum(['fifo', 'lifo']).default('fifo'),
  /** `expired` drops what the caller gave up on, `hopeless` what can no longer be finished in time. */
  drop: z.enum(['none', 'expired', 'hopeless']).default('none'),
});

/** What is done about a message that could not be handled, before it is given up. */
const consumerRetry = z.union([
  /** Tried again after each of these, in a place of its own: messages behind it are not held up. */
  z.strictObject({ delays: z.array(duration).min(1).max(10) }),
  /** Tried again in its place, which holds up what is behind it. */
  z.strictObject({ inPlace: backoff, maxAttempts: z.int().min(2).max(100).default(3) }),
]);

const consumer = z.strictObject({
  from: z.union([channelPlace, z.array(channelPlace).min(1)]),
  do: id.nullable().default(null),
  /** The operation by message type; `default` for the rest. */
  on: z.record(z.string(), id).nullable().default(null),
  /** Whose messages these are: replicas of one group share them. Null: the service's own name. */
  group: z.string().nullable().default(null),
  /** What is not accepted is skipped, as done. */
  accept: expression.nullable().default(null),
  /** Deliveries in progress at once per replica; 0: no bound. */
  prefetch: count.default(0),
  /** `manual`: after the operation ended well; `before`: once it has arrived; `auto`: when it is sent. */
  ack: z.enum(['manual', 'before', 'auto']).default('manual'),
  /** What becomes of a failed message: back to its queue, or given up. Null: given up if refused, else back. */
  requeue: z.boolean().nullable().default(null),
  /** RabbitMQ: consumers of a higher priority are served first. */
  'x-priority': z.int().nullable().default(null),
  /** RabbitMQ: nobody else may consume. */
  exclusive: z.boolean().default(false),
  /** SQS: messages that one receive asks for, 1 to 10. */
  MaxNumberOfMessages: z.int().min(1).max(10).default(1),
  /** SQS: seconds that a receive waits for a message; the queue's if absent. */
  WaitTimeSeconds: z.int().min(0).max(20).nullable().default(null),
  /** SQS: seconds that what it receives is hidden from others; the queue's if absent. */
  VisibilityTimeout: z.int().min(0).max(43_200).nullable().default(null),
  /** SQS: starts the visibility timeout of a message anew at this interval, while it is being handled. */
  extend: duration.nullable().default(null),
  /** Makes one request of several messages. */
  aggregate: aggregate.nullable().default(null),
  /** Hands messages on in the order of their numbers. */
  resequence: resequence.nullable().default(null),
  /** Of messages that wait here for a worker only the newest of each value is kept, such as of `request.sku`. Null: all are. */
  conflate: expression.nullable().default(null),
  ...kafkaConsumer,
  retry: consumerRetry.nullable().default(null),
  deadLetter: channelPlace.nullable().default(null),
});

const schedule = z.strictObject({
  every: duration.nullable().default(null),
  at: duration.nullable().default(null),
  do: id,
});

/** A table of messages to send, and the relays that send them. */
export const outbox = z.strictObject({
  /** `polling` asks the table; `cdc` reads the database's commit log. */
  relay: z.enum(['polling', 'cdc']).default('polling'),
  interval: duration.default(500_000),
  batch: z.int().min(1).max(10_000).default(100),
  replicas: z.int().min(1).max(16).default(1),
  claim: z.enum(['none', 'skip-locked', 'shard']).default('skip-locked'),
  /** `cdc`: from a commit to the relay that reads of it. */
  lag: distribution.default({ kind: 'lognormal', median: 20_000, sigma: 0.6919 }),
  /** `cdc`: how often it stores how far it has come; what was published since is published again after a crash. */
  flush: duration.default(60_000_000),
});

/** Where replicas run, in turn. */
export const zones = z.array(id);

/** One of ours, or an outside partner: replicas with workers, a database, operations, and how it calls others. */
const release = z.strictObject({
  replicas: z.int().min(0).max(64).default(1),
  /** Who changes their number while it runs; null: nobody. */
  autoscale: autoscale.nullable().default(null),
  /** Requests in progress at once, per replica. */
  workers: z.int().min(1).max(1_000_000).default(200),
  /** True: waiting for another service holds no worker. */
  async: z.boolean().default(false),
  work: distribution.default({ kind: 'lognormal', median: 2_000, sigma: 0.8661 }),
  /** More for each request, or each in a batch. */
  workPerItem: duration.default(0),
  queue: queue.prefault({}),
  /** Requests held, waiting or in progress, and messages of response streams unsent or unread, before the process is killed; null: enough. */
  memory: z.int().min(1).nullable().default(null),
  /** After each start, work takes `x` times as long. */
  warmup: z
    .strictObject({ for: duration, x: z.number().min(1).max(1000) })
    .nullable()
    .default(null),
  /** The life of each replica as Kubernetes leads it; null: it is replaced in an instant, and nobody probes it. */
  pod: pod.nullable().default(null),
  /** How `deploy` replaces its replicas, where it has a `pod`; null: one after the other. */
  rollingUpdate: rollingUpdate.nullable().default(null),
  /** How it treats the connections of its gRPC clients. */
  grpc: grpcServer.nullable().default(null),
  zone: zones.default([]),
  db: database.nullable().default(null),
  operations: idMap(operation).default({}),
  calls: z.record(z.string(), callSettings).default({}),
  consumers: idMap(consumer).default({}),
  schedules: idMap(schedule).default({}),
  outbox: outbox.nullable().default(null),
  routes: idMap(route).default({}),
  /** The generation of each contract that it writes and expects; absent: the first. */
  speaks: z.record(z.string(), id).default({}),
  /** What it needs of each contract that it reads: fields, or every field of its generation. */
  reads: z.record(z.string(), z.union([z.literal('all'), z.array(z.string())])).default({}),
  /** How it translates words of contracts that it reads. */
  adapters: z.record(z.string(), adapter).default({}),
  /** Whom it believes, and what it lets them do. */
  auth: authSettings.nullable().default(null),
  /** Of all its operations together. */
  rateLimit: rateLimit.nullable().default(null),
  shedding: shedding.default({}),
  issuer: issuerSettings.nullable().default(null),
  /** Whether its replicas have a sidecar, where the world has a mesh. */
  sidecar: z.boolean().default(true),
});

/** Settings that all versions of a service share: what they keep, how many there are, and what they take from brokers. */
export const SHARED_BY_VERSIONS = [
  'db',
  'replicas',
  'autoscale',
  'rollingUpdate',
  'zone',
  'consumers',
  'schedules',
  'outbox',
  'issuer',
] as const;

/** A service as it is written, which is its version `v1`, and its other versions, each in full. */
export const service = release.extend({ versions: idMap(release).default({}) });

export type Release = z.output<typeof release>;
export type Service = z.output<typeof service>;
export type Database = z.output<typeof database>;
export type Table = z.output<typeof table>;
export type Consumer = z.output<typeof consumer>;
export type Outbox = z.output<typeof outbox>;
