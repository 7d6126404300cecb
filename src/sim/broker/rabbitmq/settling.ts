import type { Queue, QueueUser, Settlement, Unacked } from './queue.ts';

/** Deliveries of one consumer, or one basic.get, of one queue. */
interface Batch {
  readonly queue: Queue;
  readonly unacked: readonly Unacked[];
}

/** Tells the queues what became of their messages, and the channel's shared limit that there is room. */
export function settle(
  channel: QueueUser,
  unacked: readonly Unacked[],
  how: Settlement,
  requeue: boolean,
): void {
  for (const batch of batches(unacked)) {
    const { queue } = batch;
    if (!queue.alive) continue;
    if (how === 'ack') queue.ack(channel, batch.unacked);
    else if (requeue) queue.requeue(channel, batch.unacked, how);
    else queue.discard(channel, batch.unacked);
  }
  if (!channel.limiter.active) return;
  // What basic.get fetched does not count.
  const counted = unacked.filter(({ consumer }) => consumer !== null).length;
  if (counted > 0) channel.limiter.release(counted);
}

/** Groups deliveries as the server settles them: by queue, and in it gets first, then consumers, each by name. */
function batches(unacked: readonly Unacked[]): Batch[] {
  const [first, second] = unacked;
  if (!first) return [];
  if (!second) return [{ queue: first.queue, unacked }];
  const sorted = [...unacked].sort(
    (a, b) =>
      compare(a.queue.settings.name, b.queue.settings.name) ||
      compareConsumers(a.consumer, b.consumer) ||
      a.tag - b.tag,
  );
  const groups: { queue: Queue; consumer: string | null; unacked: Unacked[] }[] = [];
  for (const each of sorted) {
    const last = groups.at(-1);
    if (each.consumer !== null && last?.queue === each.queue && last.consumer === each.consumer)
      last.unacked.push(each);
    else groups.push({ queue: each.queue, consumer: each.consumer, unacked: [each] });
  }
  return groups;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareConsumers(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return compare(a, b);
}
