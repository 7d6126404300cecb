import { describe, expect, test } from 'vitest';
import { Luck } from '../../kernel/luck.ts';
import { Simulation } from '../../kernel/simulation.ts';
import { days, hours, type Micros, seconds } from '../../kernel/time.ts';
import { codeOf, must } from '../sqs/client.fixture.ts';
import type { Publish, Reception } from './message.ts';
import { SnsService } from './service.ts';
import type { SubscriptionAttributes } from './subscription.ts';

const mug = { Message: 'mug', size: 3, content: 'mug' };

/** A topic whose endpoints say to each attempt what `says` tells them to. */
function topic(
  subscriptions: Readonly<Record<string, Partial<SubscriptionAttributes>>>,
  {
    fifo = false,
    says = () => 'delivered',
  }: { fifo?: boolean; says?: (to: string, attempt: number, body: string, now: Micros) => Reception } = {},
) {
  const sim = new Simulation();
  const name = fifo ? 'prices.fifo' : 'prices';
  const got: string[] = [];
  const told: string[] = [];
  const attempts: Micros[] = [];
  const buried: string[] = [];
  const sns = new SnsService<string>(
    sim,
    new Luck('any'),
    {
      deliver({ to: { subscription }, message: { body }, attempt }, done) {
        attempts.push(sim.now);
        const reception = says(subscription, attempt, body, sim.now);
        if (reception === 'delivered') got.push(`${subscription} ${body}`);
        sim.after(0, () => done(reception));
      },
      bury(queue, { message }) {
        buried.push(`${queue} ${message.body}`);
        return queue === 'dead';
      },
    },
    {
      filtered: ({ subscription }, { body }) => told.push(`${subscription} does not want ${body}`),
      dropped: ({ subscription }, { body }) => told.push(`${subscription} lost ${body}`),
      deadLettered: ({ subscription }, { body }) => told.push(`${subscription} buried ${body}`),
      deduplicated: (_topic, id) => told.push(`again ${id}`),
    },
  );
  must(sns.createTopic(name, { FifoTopic: fifo, ContentBasedDeduplication: fifo }));
  for (const [subscription, attributes] of Object.entries(subscriptions))
    must(sns.subscribe(name, subscription, { Protocol: 'sqs', Endpoint: subscription, ...attributes }));
  const publish = (more: Partial<Publish<string>> = {}) =>
    sns.publish(name, { ...mug, ...(fifo ? { MessageGroupId: 'g' } : {}), ...more });
  return { sim, sns, publish, got, told, attempts, buried };
}

describe('fan-out', () => {
  test('every subscription gets a copy, and one that cannot be reached does not hold the others up', () => {
    const { sim, publish, got } = topic(
      { search: {}, mail: {}, gone: {} },
      { says: (to) => (to === 'gone' ? 'server error' : 'delivered') },
    );
    must(publish());
    sim.run(seconds(1));
    expect(got).toEqual(['search mug', 'mail mug']);
  });

  test('without a subscription the message is accepted and gone', () => {
    const { publish, got } = topic({});
    expect([codeOf(publish()), got]).toEqual(['ok', []]);
  });

  test('whoever subscribes later gets nothing of what was published before: there is no replay', () => {
    const { sim, sns, publish, got } = topic({});
    must(publish());
    must(sns.subscribe('prices', 'late', { Protocol: 'sqs', Endpoint: 'late' }));
    sim.run(days(1));
    expect(got).toEqual([]);
  });

  test('a filtered message does not reach the subscription, and reaches others', () => {
    const { sim, publish, got, told } = topic({
      all: {},
      eu: { FilterPolicy: { region: ['eu'] } },
      dear: { FilterPolicy: { price: [{ numeric: ['>=', 100] }] }, FilterPolicyScope: 'MessageBody' },
    });
    must(publish({ MessageAttributes: { region: 'us' }, fields: { price: 120 } }));
    sim.run(0);
    expect([got, told]).toEqual([['all mug', 'dear mug'], ['eu does not want mug']]);
  });
});

describe('delivery retries', () => {
  const gaps = (attempts: readonly Micros[]): number[] =>
    attempts.slice(1).map((at, i) => Math.round((at - attempts[i]!) / 1_000_000));

  test('a queue is tried 3 times at once, 2 times a second apart, 10 times backing off, then every 20 seconds', () => {
    const { sim, publish, attempts } = topic({ queue: {} }, { says: () => 'server error' });
    must(publish());
    sim.run(hours(1));
    expect(gaps(attempts.slice(0, 4))).toEqual([0, 0, 0]);
    expect(gaps(attempts.slice(3, 6))).toEqual([1, 1]);
    const later = gaps(attempts.slice(15));
    expect(Math.min(...later)).toBeGreaterThanOrEqual(15);
    expect(Math.max(...later)).toBeLessThanOrEqual(25);
    expect(later.reduce((sum, gap) => sum + gap, 0) / later.length).toBeCloseTo(20, -0.5);
  });

  test('that is 100015 retries over 23 days, and then the message is gone', () => {
    const { sim, publish, attempts, told } = topic({ queue: {} }, { says: () => 'server error' });
    must(publish());
    sim.run(days(22.5));
    expect(told).toEqual([]);
    sim.run(days(24));
    expect([attempts.length, told]).toEqual([100_016, ['queue lost mug']]);
  });

  test('a web hook is tried 3 more times, 20 seconds apart, and then the message is gone', () => {
    const { sim, publish, attempts, told } = topic(
      { hook: { Protocol: 'https' } },
      { says: () => 'server error' },
    );
    must(publish());
    sim.run(hours(2));
    expect([attempts.length, told]).toEqual([4, ['hook lost mug']]);
    for (const gap of gaps(attempts)) expect(Math.abs(gap - 20)).toBeLessThanOrEqual(5);
  });

  test('a web hook may have a policy of its own, which ends after an hour whatever it says', () => {
    const { sim, publish, attempts } = topic(
      {
        hook: {
          Protocol: 'https',
          DeliveryPolicy: { numRetries: 100, minDelayTarget: 300, maxDelayTarget: 300 },
        },
      },
      { says: () => 'server error' },
    );
    must(publish());
    sim.run(days(1));
    expect(attempts.at(-1)).toBeLessThanOrEqual(hours(1));
    expect(attempts.length).toBeLessThan(18);
    expect(attempts.length).toBeGreaterThan(9);
  });

  test('an endpoint that is back in time gets the message late, and once', () => {
    const { sim, publish, got, told } = topic(
      { queue: {} },
      { says: (_to, _attempt, _body, now) => (now < seconds(30) ? 'server error' : 'delivered') },
    );
    must(publish());
    sim.run(hours(1));
    expect([got, told]).toEqual([['queue mug'], []]);
  });

  test('a client error is not tried again: it goes to the dead-letter queue of the subscription, or is lost', () => {
    const says = (): Reception => 'client error';
    for (const [queue, expected] of [
      ['dead', 'hook buried mug'],
      ['missing', 'hook lost mug'],
    ] as const) {
      const { sim, publish, attempts, told } = topic(
        { hook: { Protocol: 'https', RedrivePolicy: { deadLetterTargetArn: queue } } },
        { says },
      );
      must(publish());
      sim.run(hours(1));
      expect([attempts.length, told]).toEqual([1, [expected]]);
    }
  });

  test('retries that are used up end in the dead-letter queue of the subscription', () => {
    const { sim, publish, buried, told } = topic(
      { hook: { Protocol: 'https', RedrivePolicy: { deadLetterTargetArn: 'dead' } } },
      { says: () => 'server error' },
    );
    must(publish());
    sim.run(hours(1));
    expect([buried, told]).toEqual([['dead mug'], ['hook buried mug']]);
  });
});

describe('FIFO topics', () => {
  test('a message that cannot be delivered yet holds back those of its group, and no others', () => {
    const { sim, publish, got } = topic(
      { queue: {} },
      {
        fifo: true,
        says: (_to, attempt, body) => (body === 'a1' && attempt < 3 ? 'server error' : 'delivered'),
      },
    );
    for (const body of ['a1', 'a2', 'b1'])
      must(publish({ Message: body, content: body, MessageGroupId: body[0]! }));
    sim.run(seconds(10));
    expect(got).toEqual(['queue b1', 'queue a1', 'queue a2']);
  });

  test('a repeat within 5 minutes is answered as before and not delivered', () => {
    const { sim, publish, got } = topic({ queue: {} }, { fifo: true });
    const answers = [must(publish()), must(publish())];
    sim.run(seconds(300));
    answers.push(must(publish()));
    sim.run(seconds(301));
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).not.toEqual(answers[0]);
    expect(got).toEqual(['queue mug', 'queue mug']);
  });

  test('a standard topic has no FIFO queue as its subscriber, and a FIFO topic only queues', () => {
    const standard = topic({});
    const fifo = topic({}, { fifo: true });
    expect([
      codeOf(standard.sns.subscribe('prices', 'x', { Protocol: 'sqs', Endpoint: 'q.fifo' })),
      codeOf(fifo.sns.subscribe('prices.fifo', 'x', { Protocol: 'https', Endpoint: 'hook' })),
      codeOf(fifo.sns.subscribe('prices.fifo', 'x', { Protocol: 'sqs', Endpoint: 'q' })),
    ]).toEqual(['InvalidParameterValue', 'InvalidParameterValue', 'ok']);
  });

  test('what it needs and what only it knows', () => {
    const { sns, publish } = topic({});
    must(sns.createTopic('bare.fifo', { FifoTopic: true }));
    expect([
      codeOf(publish({ MessageDeduplicationId: 'id' })),
      codeOf(sns.publish('bare.fifo', mug)),
      codeOf(sns.publish('bare.fifo', { ...mug, MessageGroupId: 'g' })),
      codeOf(sns.publish('bare.fifo', { ...mug, MessageGroupId: 'g', MessageDeduplicationId: 'id' })),
      codeOf(publish({ size: 262_145 })),
      codeOf(sns.publish('nowhere', mug)),
      codeOf(sns.createTopic('x', { FifoTopic: true })),
      codeOf(sns.createTopic('x', { ContentBasedDeduplication: true })),
    ]).toEqual([
      'InvalidParameterValue',
      'InvalidParameterValue',
      'InvalidParameterValue',
      'ok',
      'InvalidParameterValue',
      'ResourceNotFoundException',
      'InvalidParameterValue',
      'InvalidParameterValue',
    ]);
  });
});
