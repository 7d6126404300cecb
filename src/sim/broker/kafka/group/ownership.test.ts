import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import { tableOf } from '../../../machine-table.ts';
import { SAFE, type TestConsumer, TestKafka } from '../kafka.fixture.ts';
import type { AssignorName } from './assignors/assignor.ts';
import { type GroupEvent, type GroupState, groupMachine } from './group.machine.ts';

const SECOND = 1_000;

const strategies = fc.constantFrom<readonly AssignorName[]>(
  ['range'],
  ['roundrobin'],
  ['sticky'],
  ['cooperative-sticky'],
  ['range', 'cooperative-sticky'],
);
const happening = fc.record({
  kind: fc.constantFrom('join', 'close', 'kill', 'stuck', 'rebalance', 'coordinator'),
  /** Milliseconds until the next one. */
  wait: fc.integer({ min: 0, max: 15_000 }),
});

test('whatever members do, every partition has exactly one owner per generation, and in the end one reader', () => {
  fc.assert(
    fc.property(strategies, fc.array(happening, { maxLength: 6 }), (strategy, happenings) => {
      const world = new TestKafka({ topics: { orders: { ...SAFE, partitions: 4 } } });
      const living: TestConsumer[] = [];
      const join = (): void => {
        const name = `c${world.consumers.length}`;
        const config = {
          'partition.assignment.strategy': strategy,
          'session.timeout.ms': 6_000,
          'heartbeat.interval.ms': 1_000,
          'max.poll.interval.ms': 8_000,
        };
        living.push(world.consumer(config, name).run());
      };
      join();
      join();
      world.pass(5 * SECOND);
      for (const { kind, wait } of happenings) {
        if (kind === 'join') join();
        if (kind === 'close') living.pop()?.stop();
        if (kind === 'kill') living.shift()?.kill();
        if (kind === 'rebalance') world.cluster.rebalance('g');
        if (kind === 'stuck' && living[0]) living[0].takes = 12 * SECOND;
        if (kind === 'coordinator') {
          const partition = world.cluster.groupsOn(1).partitionFor('g');
          const id = world.leaderOf(partition, '__consumer_offsets');
          if (id > 0 && [...world.cluster.brokers.values()].every(({ up }) => up)) {
            world.cluster.crash(id);
            world.sim.after(12 * SECOND * 1_000, () => world.cluster.start(id));
          }
        }
        world.pass(wait);
      }
      for (const each of living) each.takes = 0;
      world.pass(90 * SECOND);
      for (const assignment of world.rounds) {
        const given = [...assignment.values()].flat().map(({ partition }) => partition);
        expect(new Set(given).size).toBe(given.length);
        // Cooperative members keep what they have: what moves is nobody's for a round.
        if (assignment.size > 0 && !strategy.every((name) => name === 'cooperative-sticky'))
          expect(given.sort()).toEqual([0, 1, 2, 3]);
      }
      if (living.length > 0) for (const owner of world.owners()) expect(owner).toMatch(/^c\d+$/);
    }),
    { numRuns: 40 },
  );
}, 60_000);

test('the table of a group walks as its machine does', () => {
  const table = tableOf<GroupState, GroupEvent>(groupMachine);
  const events = fc.array(fc.constantFrom<GroupEvent>('rebalance', 'joined', 'assigned', 'emptied'));
  fc.assert(
    fc.property(events, (all) => {
      const actor = createActor(groupMachine).start();
      let state = table.initial;
      for (const type of all) {
        actor.send({ type });
        state = table.next(state, type);
        expect(state).toBe(actor.getSnapshot().value);
      }
    }),
  );
});
