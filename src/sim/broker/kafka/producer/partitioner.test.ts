import { expect, test } from 'vitest';
import { Luck } from '../../../kernel/luck.ts';
import type { PartitionState } from '../cluster/metadata.ts';
import { StickyPartitioner } from './partitioner.ts';

function partitions(leaders: readonly number[]): PartitionState[] {
  return leaders.map((leader, partition) => ({
    topic: 't',
    partition,
    replicas: [1],
    isr: [1],
    elr: [],
    leader,
    lastKnownLeader: leader,
    leaderEpoch: 0,
    partitionEpoch: 0,
  }));
}

/** How often each partition is drawn, when so many batches wait for each. */
function shares(queues: readonly number[], leaders = queues.map(() => 1), adaptive = true): number[] {
  const stream = new Luck('any').stream('draws');
  let n = 0;
  const settings = { 'batch.size': 10, 'partitioner.adaptive.partitioning.enable': adaptive };
  const partitioner = new StickyPartitioner(
    settings,
    () => stream.uniform(1, 0, n++),
    (_, partition) => queues[partition] ?? 0,
  );
  const counts = queues.map(() => 0);
  const states = partitions(leaders);
  for (let i = 0; i < 10_000; i++) {
    const chosen = partitioner.partition('t', states);
    counts[chosen] = (counts[chosen] ?? 0) + 1;
    partitioner.produced('t', 10, true);
  }
  return counts.map((count) => Math.round(count / 100));
}

test('equal queues: all partitions are drawn alike', () => {
  for (const share of shares([3, 3, 3, 3])) expect(share).toBeCloseTo(25, -1);
});

test('the longer the queue, the less often its partition is drawn: weights are (longest + 1 - own)', () => {
  const [idle = 0, some = 0, long = 0] = shares([0, 2, 4]);
  expect(idle).toBeCloseTo((5 / 9) * 100, -1);
  expect(some).toBeCloseTo((3 / 9) * 100, -1);
  expect(long).toBeCloseTo((1 / 9) * 100, -1);
});

test('without adaptive partitioning queues do not count', () => {
  for (const share of shares([0, 9], [1, 1], false)) expect(share).toBeCloseTo(50, -1);
});

test('partitions without a leader are passed over', () => {
  expect(shares([0, 0, 0], [1, -1, 1])[1]).toBe(0);
});
