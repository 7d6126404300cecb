import { deadLettersOf, sourcesOf } from '../../sim/broker/channels.ts';
import { productOf } from '../../sim/broker/message-broker.ts';
import type { Micros } from '../../sim/kernel/time.ts';
import type { Run } from '../../sim/run.ts';
import type { World } from '../../sim/world/schema/world.ts';
import { gaugesOf } from './gauges.ts';
import { channelHistories } from './history.ts';
import { countUpTo } from './level.ts';
import { readersOf } from './readers.ts';
import { replicasUp } from './replicas.ts';

/** Who takes messages from a queue. */
interface QueueReader {
  /** `shipping.labels`. */
  readonly name: string;
  /** Replicas that are up, each with a consumer. */
  readonly replicas: number;
  /** RabbitMQ: deliveries in progress at once, for each; 0: no bound. */
  readonly prefetch: number;
}

/** A queue of RabbitMQ or SQS at a moment. */
export interface QueueView {
  readonly kind: 'queue';
  readonly product: string;
  readonly channel: string;
  /** Messages that can be delivered, or received, at once. */
  readonly ready: number;
  /** Messages in somebody's hands; of a cloud queue, in flight. */
  readonly unacked: number;
  /** SQS: messages that are hidden for their delay. */
  readonly delayed: number;
  /** Deliveries so far of what had been delivered before. */
  readonly redelivered: number;
  readonly readers: readonly QueueReader[];
  /** Where what dies here goes. */
  readonly deadLetters: readonly string[];
  /** Queues whose dead letters come here. */
  readonly collects: readonly string[];
}

/** A queue as it was once a record had happened, at a time. */
export function queueAt(run: Run, channel: string, record: number, at: Micros): QueueView {
  const history = channelHistories(run).get(channel);
  const level = (of: 'ready' | 'unacked' | 'redelivered') => Math.max(0, history?.[of].at(record) ?? 0);
  const waiting = level('ready');
  const delayed = Math.min(waiting, delayedAt(run, channel, at));
  return {
    kind: 'queue',
    product: productOf(channel),
    channel,
    ready: waiting - delayed,
    unacked: level('unacked'),
    delayed,
    redelivered: level('redelivered'),
    readers: readersOf(run.world, channel).map(({ service, name, settings: { prefetch } }) => ({
      name,
      replicas: replicasUp(run, service, record),
      prefetch,
    })),
    deadLetters: deadLettersFrom(run.world, channel),
    collects: collectedBy(run.world, channel),
  };
}

/** Where the broker, or a consumer that gives a message up, puts what dies in a channel. */
const deadLettersFrom = (world: World, channel: string): string[] => [
  ...new Set([
    ...deadLettersOf(world, channel),
    ...readersOf(world, channel).flatMap(({ settings }) => settings.deadLetter ?? []),
  ]),
];

/** The channels whose dead letters a channel takes; none for a channel that is no dead-letter queue. */
export const collectedBy = (world: World, channel: string): string[] =>
  sourcesOf(world).filter((source) => deadLettersFrom(world, source).includes(channel));

/** How many messages have been sent with a delay that is not over. */
function delayedAt(run: Run, channel: string, at: Micros): number {
  const [gauge] = gaugesOf(run, 'delayed', channel);
  if (gauge === undefined) return 0;
  return gauge.values.slice(0, countUpTo(gauge.times, at)).filter((until) => until > at).length;
}
