import { type ChannelView, channelAt } from '../scenarios/channels/channel.ts';
import { conflatedBy } from '../scenarios/channels/conflated.ts';
import { type MessageView, messageAt } from '../scenarios/channels/message.ts';
import type { QueueView } from '../scenarios/channels/queue.ts';
import { readersOf } from '../scenarios/channels/readers.ts';
import type { GroupOffset, PartitionView, TopicView } from '../scenarios/channels/topic.ts';
import type { Micros } from '../sim/kernel/time.ts';
import type { Run } from '../sim/run.ts';
import type { Detail } from './detail.ts';
import { counted } from './text.ts';

/**
 * What an operator's tools would show of a queue or a topic at a moment, and of the message that is being told of if it
 * is in there. Empty where the world has no such channel.
 */
export function channelLines(run: Run, channel: string, record: number, at: Micros): Detail[] {
  const view = channelAt(run, channel, record, at);
  if (view === null) return [];
  const message = record < 0 ? null : messageAt(run, record);
  return [
    ...linesOf(view),
    ...conflatedLines(run, channel, record),
    ...(message?.channel === channel ? messageLines(message, view) : []),
  ];
}

const linesOf = (view: ChannelView): Detail[] =>
  view.kind === 'topic' ? topicLines(view) : queueLines(view);

/** What consumers have passed over, where they conflate. */
const conflatedLines = (run: Run, channel: string, record: number): Detail[] =>
  readersOf(run.world, channel)
    .filter(({ settings }) => settings.conflate !== null)
    .map(({ name }) => ({ name: 'conflated', text: `${conflatedBy(run, name, record)} by ${name}` }));

function queueLines(view: QueueView): Detail[] {
  const { product, ready, unacked, delayed, redelivered, readers, deadLetters, collects } = view;
  const dead = collects.length > 0 && ready > 0 ? ({ tone: 'bad' } as const) : {};
  const [waiting, held] = product === 'sqs' ? ['visible', 'in flight'] : ['ready', 'unacked'];
  return [
    { name: waiting, text: String(ready), ...dead },
    { name: held, text: String(unacked) },
    ...(product === 'sqs' ? [{ name: 'delayed', text: String(delayed) }] : []),
    { name: 'redelivered', text: String(redelivered), ...(redelivered > 0 && { tone: 'warn' as const }) },
    ...readers.map(({ name, replicas, prefetch }): Detail => {
      const who = replicas === 0 ? 'nobody is up' : counted(replicas, 'consumer');
      const limit = prefetch === 0 ? 'no prefetch limit' : `prefetch ${prefetch}`;
      return {
        name,
        text: product === 'sqs' ? who : `${who}, ${limit}`,
        ...(replicas === 0 && { tone: 'bad' }),
      };
    }),
    ...(deadLetters.length > 0 ? [{ name: 'dead go to', text: deadLetters.join(', ') }] : []),
    ...(collects.length > 0 ? [{ name: 'takes dead of', text: collects.join(', ') }] : []),
  ];
}

function topicLines({ partitions, groups }: TopicView): Detail[] {
  return [
    ...partitions.flatMap(partitionLines),
    ...groups.flatMap(({ group, members, rebalancing, offsets }) => [
      {
        name: group,
        text: `group, ${counted(members.length, 'member')}${rebalancing ? ', rebalancing' : ''}`,
        ...(rebalancing && { tone: 'warn' as const }),
      },
      ...offsets.map(offsetLine),
    ]),
  ];
}

function partitionLines(view: PartitionView): Detail[] {
  const { partition, leader, inSync, replicas, logStart, highWatermark, logEnd } = view;
  const led = leader === null ? 'no leader' : `leader ${leader}`;
  const short = inSync.length < replicas;
  const start = logStart > 0 ? `start ${logStart}, ` : '';
  return [
    {
      name: `[${partition}]`,
      text: `${led}, ISR ${inSync.join(' ')}${short ? ` of ${replicas}` : ''}`,
      ...(leader === null ? { tone: 'bad' as const } : short ? { tone: 'warn' as const } : {}),
    },
    { name: '', text: `${start}high watermark ${highWatermark}, end ${logEnd}` },
  ];
}

function offsetLine({ partition, committed, lag, owner }: GroupOffset): Detail {
  const where = committed === null ? 'nothing committed' : `at ${committed}, lag ${lag}`;
  return {
    name: ` [${partition}]`,
    text: `${where}, ${owner ?? 'nobody reads'}`,
    ...(owner === null && { tone: 'warn' }),
  };
}

function messageLines({ message, deliveries, deaths }: MessageView, view: ChannelView): Detail[] {
  if (view.kind === 'topic') return [];
  const name = `message ${message}`;
  const times = counted(deliveries, 'time');
  if (view.product === 'sqs') return [{ name, text: `received ${times}` }];
  return [
    { name, text: `delivered ${times}` },
    ...deaths.map(({ queue, reason, count }, i) => ({
      name: i === 0 ? 'x-death' : '',
      text: `${queue}, ${reason}, ${counted(count, 'time')}`,
    })),
  ];
}
