import { expect, test } from 'vitest';
import { seconds } from '../sim/kernel/time.ts';
import { all, QUEUE, shop } from '../sim/testing.fixture.ts';
import { History } from './judge/history.fixture.ts';
import { formatSpanTree, type Span, spanTree } from './spans.ts';

const order = { subject: 'order-1' };

/** Shoppers call checkout, which times out once, succeeds with its second attempt, and gets the first answer late. */
function retried() {
  const history = new History();
  const intent = history.at(1).note('intent', 'shoppers', order);
  const attempt = (at: number, value: number) => {
    const call = history
      .at(at)
      .note('call', 'shoppers.buy', { ...order, span: intent, value, peer: 'checkout.place' });
    return [
      call,
      history.at(at + 0.1).note('request', 'checkout.place', { ...order, span: call, peer: 'checkout[0]' }),
    ] as const;
  };
  const [firstCall, first] = attempt(1, 1);
  history
    .at(1.5)
    .note('start', 'checkout.place', { ...order, span: first, value: seconds(0.4), peer: 'checkout[0]' });
  history.at(2).note('callFailed', 'shoppers.buy', {
    ...order,
    span: firstCall,
    detail: 'timeout',
    peer: 'checkout.place',
  });
  history.note('retry', 'shoppers.buy', {
    ...order,
    span: intent,
    value: seconds(0.5),
    detail: 'timeout',
    peer: 'checkout.place',
  });
  const [secondCall, second] = attempt(2.5, 2);
  history
    .at(2.7)
    .note('reply', 'checkout.place', { ...order, span: second, value: 200, peer: 'checkout[0]' });
  history.at(2.8).note('callOk', 'shoppers.buy', { ...order, span: secondCall, peer: 'checkout.place' });
  history.note('intentOk', 'shoppers', { ...order, span: intent });
  history.at(3).note('fact', 'checkout.place', { ...order, span: first, value: 9, detail: 'confirmed' });
  history.note('reply', 'checkout.place', { ...order, span: first, value: 200, peer: 'checkout[0]' });
  history.note('finish', 'checkout.place', { ...order, span: first, detail: 'wasted', peer: 'checkout[0]' });
  history.at(3.1).note('lateReply', 'shoppers.buy', {
    ...order,
    span: firstCall,
    value: seconds(2.1),
    detail: 'ok',
    peer: 'checkout.place',
  });
  return history;
}

test('one request is a tree of attempts, with what they waited for and the answer that came late', () => {
  expect(formatSpanTree(spanTree(retried().run(), 'order-1'))).toBe(
    [
      'Shoppers wanted order-1: done, took 1.8 s, at 1 s.',
      '  Shoppers.buy called checkout.place: failed, timeout; late reply after 2.1 s, took 1 s, at 1 s.',
      '    Checkout[0] worked on checkout.place: done, answered 200; wasted: nobody waited for the answer, took 1.9 s, at 1.1 s.',
      '      Waited in the queue, took 400 ms, at 1.1 s.',
      '      Checkout confirmed order-1, at 3 s.',
      '  Waited before trying checkout.place again, took 500 ms, at 2 s.',
      '  Shoppers.buy called checkout.place, attempt 2: done, took 300 ms, at 2.5 s.',
      '    Checkout[0] worked on checkout.place: done, answered 200, took 100 ms, at 2.6 s.',
    ].join('\n'),
  );
});

test('each span knows its records, its times and how it ended', () => {
  const [intent] = spanTree(retried().run(), 'order-1');
  expect(intent).toMatchObject({
    record: 0,
    kind: 'intent',
    start: seconds(1),
    end: seconds(2.8),
    status: 'ok',
  });
  expect(intent?.children.map(({ kind, status }) => [kind, status])).toEqual([
    ['call', 'failed'],
    ['wait', 'wait'],
    ['call', 'ok'],
  ]);
});

test('every record about an entity lies within the spans above it, as far as they are open', () => {
  const inside = ({ start, children }: Span): boolean =>
    children.every((child) => child.start >= start && inside(child));
  expect(spanTree(retried().run(), 'order-1').every(inside)).toBe(true);
});

test('a message hangs on the work that published it, and a second delivery beside the first', () => {
  const history = new History();
  const request = history.at(1).note('request', 'checkout.place', { ...order, peer: 'checkout[0]' });
  history.note('outboxed', 'rabbitmq/orders', { ...order, span: request, value: 5 });
  const relay = history
    .at(2)
    .note('call', 'checkout.outbox[0]', { ...order, peer: 'rabbitmq/orders', value: 1 });
  const published = history
    .at(2.1)
    .note('publish', 'rabbitmq/orders', { ...order, span: relay, cause: relay, value: 5 });
  const deliver = (at: number, detail: string, cause: number) =>
    history.at(at).note('delivery', 'shipping.orders', {
      ...order,
      cause,
      span: cause,
      value: 5,
      detail,
      peer: 'rabbitmq/shipping',
    });
  const first = deliver(2.2, 'first', published);
  const back = history
    .at(4)
    .note('requeue', 'rabbitmq/shipping', { ...order, span: first, value: 5, detail: 'connection closed' });
  const second = deliver(4.1, 'redelivered', back);
  history
    .at(5)
    .note('ack', 'shipping.orders', { ...order, span: second, value: 5, peer: 'rabbitmq/shipping' });

  const [work] = spanTree(history.run(), 'order-1');

  expect(work?.children.map(({ kind, note, status }) => [kind, note, status])).toEqual([
    ['delivery', 'back to the queue: connection closed', 'failed'],
    ['delivery', 'redelivered; acknowledged', 'ok'],
  ]);
});

test('each copy of a message ends when its own delivery was acknowledged', () => {
  const run = shop(
    QUEUE,
    'chaos: { twice: { duplicate: rabbitmq/jobs } }',
    'services: { worker: { replicas: 2, work: uniform(50ms 900ms) } }',
  );
  const acks = all(run, 'ack');
  const [order1] = new Set(acks.map(({ subject }) => subject));
  const deliveries = (spans: readonly Span[]): Span[] =>
    spans.flatMap((span) => (span.kind === 'delivery' ? [span] : deliveries(span.children)));
  const ends = deliveries(spanTree(run, order1 ?? '')).map(({ record, end }) => [record, end]);
  expect(ends).toHaveLength(2);
  // The first to be done is not the last that was handed over.
  expect(ends).toEqual(acks.map(({ span, at }) => [span, at]));
});

test('a crash ends a request; what never ends is open', () => {
  const history = new History();
  const intent = history.at(1).note('intent', 'shoppers', order);
  const call = history.note('call', 'shoppers.buy', {
    ...order,
    span: intent,
    value: 1,
    peer: 'checkout.place',
  });
  const work = history.at(2).note('request', 'checkout.place', { ...order, span: call, peer: 'checkout[0]' });
  history.at(3).note('lost', 'checkout.place', { ...order, span: work, peer: 'checkout[0]' });
  expect(formatSpanTree(spanTree(history.run(), 'order-1')).split('\n')).toEqual([
    'Shoppers wanted order-1: still open when the run ended, at 1 s.',
    '  Shoppers.buy called checkout.place: still open when the run ended, at 1 s.',
    '    Checkout[0] worked on checkout.place: lost, ended by a crash, took 1 s, at 2 s.',
  ]);
});

test('a request that is refused at the door says why; a status that is its own reason is said once', () => {
  const history = new History();
  const request = history.at(1).note('request', 'gateway.query', { ...order, value: 0, peer: 'gateway[0]' });
  const why = 'the query costs 4501, and 200 are allowed';
  const told = { ...order, span: request, value: 400, peer: 'gateway[0]' };
  const cause = history.note('denied', 'gateway.query', { ...told, detail: why });
  history.at(2).note('reply', 'gateway.query', { ...told, cause, detail: '400' });
  expect(formatSpanTree(spanTree(history.run(), 'order-1'))).toBe(
    `Gateway[0] worked on gateway.query: failed, ${why}; answered 400, took 1 s, at 1 s.`,
  );
});

test('of an entity that the run never met there is nothing to tell', () => {
  expect(spanTree(new History().run(), 'order-99')).toEqual([]);
  expect(formatSpanTree([])).toBe('');
});
