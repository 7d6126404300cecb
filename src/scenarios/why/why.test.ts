import { describe, expect, test } from 'vitest';
import { EventRecord } from '../../sim/kernel/record.ts';
import { KIND, type Kind } from '../../sim/kinds.ts';
import type { Run } from '../../sim/run.ts';
import { explain, whyNot } from '../why.ts';
import { linksOf } from './links.ts';
import { sliceOf } from './slice.ts';

interface Told {
  readonly kind: Kind;
  readonly at: number;
  readonly place: string;
  readonly peer?: string;
  readonly subject?: string;
  readonly cause?: number;
  readonly span?: number;
  readonly value?: number;
  readonly detail?: string;
}

/** A run whose record is exactly what is told, and nothing else. */
function runOf(story: readonly Told[]): Run {
  const record = new EventRecord();
  const number = (text: string | undefined) => (text === undefined ? -1 : record.names.intern(text));
  for (const {
    kind,
    at,
    place,
    peer,
    subject = 'order-17',
    cause = -1,
    span = -1,
    value = 0,
    detail,
  } of story) {
    record.append(
      at * 1000,
      KIND[kind],
      number(place),
      number(peer),
      number(subject),
      cause,
      span,
      value,
      number(detail),
    );
  }
  record.seal();
  const placeOrder = { steps: { save: { verb: 'upsert' }, tell: { verb: 'publish' } } };
  const none: unknown = {
    record,
    facts: [],
    faults: [],
    subjects: new Map(),
    world: { services: { checkout: { operations: { placeOrder } } }, externals: {} },
    until: 60_000_000,
    stopped: 60_000_000,
    fingerprint: record.fingerprint(),
    ladder: record.ladder,
  };
  return none as Run; // explanations read the record, and of the rest only what is here
}

/** The lost answer: charged, the reply dropped by a fault, a retry, charged again. */
const chargedTwice: readonly Told[] = [
  { kind: 'intent', at: 0, place: 'shoppers' },
  {
    kind: 'call',
    at: 1,
    place: 'checkout.placeOrder.pay',
    peer: 'payment.charge',
    cause: 0,
    span: 0,
    value: 1,
  },
  { kind: 'request', at: 2, place: 'payment.charge', peer: 'payment[0]', cause: 1, span: 1 },
  { kind: 'start', at: 2, place: 'payment.charge', peer: 'payment[0]', cause: 2, span: 2 },
  { kind: 'fact', at: 3, place: 'payment.charge', cause: 3, span: 2, detail: 'charged' },
  { kind: 'reply', at: 4, place: 'payment.charge', peer: 'payment[0]', cause: 4, span: 2, value: 200 },
  { kind: 'fault', at: 4, place: 'payment -> checkout', cause: 5, span: 2, value: 1, detail: 'lost-answers' },
  { kind: 'dropped', at: 4, place: 'payment -> checkout', cause: 5, span: 2, detail: 'dropReply' },
  {
    kind: 'callFailed',
    at: 101,
    place: 'checkout.placeOrder.pay',
    peer: 'payment.charge',
    cause: 1,
    span: 1,
    detail: 'timeout',
  },
  {
    kind: 'retry',
    at: 101,
    place: 'checkout.placeOrder.pay',
    peer: 'payment.charge',
    cause: 8,
    span: 0,
    detail: 'timeout',
  },
  {
    kind: 'call',
    at: 201,
    place: 'checkout.placeOrder.pay',
    peer: 'payment.charge',
    cause: 9,
    span: 0,
    value: 2,
  },
  { kind: 'request', at: 202, place: 'payment.charge', peer: 'payment[0]', cause: 10, span: 10 },
  { kind: 'fact', at: 203, place: 'payment.charge', cause: 11, span: 11, detail: 'charged' },
];

const twice = {
  message: 'order-17: not so: charged <= 1',
  subject: 'order-17',
  at: 203_000,
  records: [4, 12],
};

describe('the slice of a double charge', () => {
  const slice = sliceOf(linksOf(runOf(chargedTwice)), twice.records);

  test('leads back over both attempts to what the client wanted', () => {
    expect(slice.chain).toEqual([0, 1, 2, 3, 4, 8, 9, 10, 11, 12]);
    expect(slice.roots).toEqual([0]);
  });

  test('has the fault and the loss hanging on the first attempt', () => {
    expect(slice.hanging).toEqual([6, 7]);
  });
});

describe('explaining a double charge', () => {
  const { lines, records, diagram, mermaid } = explain(runOf(chargedTwice), twice);

  test('takes three to nine lines, each about one event, in the order of time', () => {
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(lines.length).toBeLessThanOrEqual(9);
    expect(records).toEqual([...records].sort((a, b) => a - b));
    expect(lines.map(({ record }) => record)).toEqual(records);
  });

  test('names both charges, the fault, the timeout and the retry', () => {
    expect(records).toEqual(expect.arrayContaining([0, 4, 6, 8, 9, 12]));
  });

  test('tells the fault once, not again as the loss it caused', () => {
    expect(records).not.toContain(7);
  });

  test('draws the same events, and the messages between them, in lanes at most 80 columns wide', () => {
    for (const line of diagram.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(diagram).toMatchInlineSnapshot(`
      "            shoppers            checkout            payment
       #0   0 µs  * wants order-17    |                   |
       #1   1 ms  |                   |-charge----------->|
       #4   3 ms  |                   |                   * charged
       #6   4 ms  |                   |                   * fault lost-answers
       #7   4 ms  |                   |x-answer lost------|
       #8 101 ms  |                   * timeout           |
       #9 101 ms  |                   * will retry        |
      #10 201 ms  |                   |-charge, try 2---->|
      #12 203 ms  |                   |                   * charged"
    `);
  });

  test('writes them as a Mermaid diagram', () => {
    for (const record of records) expect(mermaid).toContain(`#35;${record},`);
  });
});

test('a finding about many is explained by its first witness, after one line about all of them', () => {
  const story: readonly Told[] = [
    ...chargedTwice,
    { kind: 'intentFailed', at: 300, place: 'shoppers', cause: 10, span: 0, detail: 'timeout' },
    { kind: 'intent', at: 301, place: 'shoppers', subject: 'order-18' },
    {
      kind: 'intentFailed',
      at: 400,
      place: 'shoppers',
      subject: 'order-18',
      cause: 14,
      span: 14,
      detail: 'timeout',
    },
  ];
  const finding = {
    message: 'shoppers: success 0 %',
    subject: 'order-17',
    at: 300_000,
    records: [0, 13, 14, 15],
  };
  const { lines, records } = explain(runOf(story), finding);
  expect(lines[0]?.text).toBe('shoppers: success 0 %.');
  expect(records).toEqual(expect.arrayContaining([0, 6, 13]));
  expect(records).not.toContain(14);
});

test('what came too seldom, and then no more, is explained by what happened to its service after the last of it', () => {
  const quoted = (at: number, subject: string): Told => ({
    ...{ kind: 'fact', at, place: 'pricing.quote', subject, detail: 'quotedByNew' },
  });
  const gate = (at: number, place: string, detail: string): Told => ({
    ...{ kind: 'rollout', at, place, subject: '', detail },
  });
  const story = [
    quoted(1, 'order-1'),
    quoted(2, 'order-2'),
    gate(3, 'checkout@v2', 'rolled back'),
    gate(4, 'pricing@v2', 'step'),
    gate(5, 'pricing@v2', 'rolled back'),
  ];
  const finding = { message: 'not so: many', subject: null, at: 60_000_000, records: [0, 1] };
  const { lines, records } = explain(runOf(story), finding);
  expect(lines.at(-1)).toEqual({ record: 4, text: 'The gate closed: pricing@v2 gets no more traffic.' });
  expect(records).toEqual([0, 4]);
  expect(explain(runOf(story.slice(0, 4)), finding).records).toEqual([0]);
});

test('what was slow is explained by the calls that took the time, not by the quick ones', () => {
  const ask = (call: number, at: number, took: number, peer: string, cause: number): Told[] => [
    { kind: 'call', at, place: `browsers.${peer}`, peer: `gateway.${peer}`, cause, span: 0, value: 1 },
    {
      kind: 'callOk',
      at: at + took,
      place: `browsers.${peer}`,
      peer: `gateway.${peer}`,
      cause: call,
      span: call,
      value: took * 1000,
    },
  ];
  const story: readonly Told[] = [
    { kind: 'intent', at: 0, place: 'browsers' },
    ...ask(1, 0, 300, 'price', 0),
    ...ask(3, 300, 10, 'stock', 2),
    ...ask(5, 310, 400, 'reviews', 4),
    { kind: 'intentOk', at: 710, place: 'browsers', cause: 6, span: 0, value: 710_000 },
  ];
  const finding = { message: 'browsers: 710 ms at p95', subject: 'order-17', at: 710_000, records: [0, 7] };
  expect(explain(runOf(story), finding).records).toEqual([0, 2, 6, 7]);
});

test('what happens to many after a fault is over says when it struck last', () => {
  const story: readonly Told[] = [
    { kind: 'fault', at: 100, place: 'payment', subject: 'order-3', value: 1, detail: 'slow' },
    { kind: 'intent', at: 9_000, place: 'shoppers' },
    { kind: 'call', at: 9_001, place: 'shoppers.buy', peer: 'payment.charge', cause: 1, span: 1, value: 1 },
    {
      kind: 'callFailed',
      at: 9_900,
      place: 'shoppers.buy',
      peer: 'payment.charge',
      cause: 2,
      span: 2,
      detail: 'timeout',
    },
    { kind: 'intentFailed', at: 9_900, place: 'shoppers', cause: 3, span: 1, detail: 'timeout' },
    { kind: 'intent', at: 9_950, place: 'shoppers', subject: 'order-18' },
  ];
  const slow = { id: 'slow', kind: 'latency', target: 'payment', fired: 1, first: 100_000, last: 100_000 };
  const run = { ...runOf(story), faults: [{ ...slow, idleAllowed: false, from: 0, to: 200_000 }] };
  const finding = {
    message: 'shoppers: 0 % success',
    subject: 'order-17',
    at: 9_900_000,
    records: [1, 4, 5],
  };
  const [about, over] = explain(run, finding).lines;
  expect(about?.text).toBe('shoppers: 0 % success.');
  expect(over).toEqual({ record: 0, text: 'The fault slow had struck for the last time at 100 ms.' });
});

test('what was refused at the door is explained by what the door found', () => {
  const run = runOf([
    { kind: 'intent', at: 0, place: 'report' },
    { kind: 'call', at: 1, place: 'report.open', peer: 'gateway.query', span: 0, cause: 0, value: 1 },
    { kind: 'request', at: 2, place: 'gateway.query', peer: 'gateway[0]', span: 1, cause: 1 },
    {
      kind: 'denied',
      at: 2,
      place: 'gateway.query',
      peer: 'gateway[0]',
      span: 2,
      cause: 2,
      value: 400,
      detail: 'too dear',
    },
    { kind: 'reply', at: 2, place: 'gateway.query', span: 2, cause: 3, value: 400, detail: '400' },
    {
      kind: 'callFailed',
      at: 3,
      place: 'report.open',
      peer: 'gateway.query',
      span: 1,
      cause: 4,
      value: 400,
      detail: '400',
    },
    { kind: 'intentFailed', at: 3, place: 'report', span: 0, cause: 5, detail: '400' },
  ]);
  const { lines } = explain(run, { message: '', subject: 'order-17', at: 3_000, records: [6] });
  expect(lines.map(({ record }) => record)).toContain(3);
});

test('a long line before a replica is named, a short one is not', () => {
  const waiting = (value: number): readonly Told[] => [
    { kind: 'intent', at: 0, place: 'shoppers' },
    { kind: 'call', at: 1, place: 'shoppers.buy', peer: 'payment.charge', cause: 0, span: 0, value: 1 },
    { kind: 'request', at: 2, place: 'payment.charge', peer: 'payment[0]', cause: 1, span: 1, value },
    {
      kind: 'callFailed',
      at: 900,
      place: 'shoppers.buy',
      peer: 'payment.charge',
      cause: 1,
      span: 1,
      detail: 'timeout',
    },
    { kind: 'intentFailed', at: 900, place: 'shoppers', cause: 3, span: 0, detail: 'timeout' },
  ];
  const finding = { message: 'shoppers: 0 % success', subject: 'order-17', at: 900_000, records: [0, 4] };
  expect(explain(runOf(waiting(700)), finding).records).toContain(2);
  expect(explain(runOf(waiting(2)), finding).records).not.toContain(2);
});

describe('what never came', () => {
  const shop: readonly Told[] = [
    { kind: 'intent', at: 0, place: 'shoppers' },
    { kind: 'request', at: 1, place: 'checkout.placeOrder', peer: 'checkout[0]', cause: 0, span: 0 },
    { kind: 'fact', at: 2, place: 'checkout.placeOrder', cause: 1, span: 1, detail: 'confirmed' },
    {
      kind: 'reply',
      at: 3,
      place: 'checkout.placeOrder',
      peer: 'checkout[0]',
      cause: 1,
      span: 1,
      value: 200,
    },
    { kind: 'intentOk', at: 4, place: 'shoppers', cause: 3, span: 0 },
  ];
  const outboxed: Told = { kind: 'outboxed', at: 2, place: 'rabbitmq/orders', cause: 1, span: 1, value: 5 };
  const published: Told = { kind: 'publish', at: 5, place: 'rabbitmq/orders', cause: 5, span: -1, value: 5 };
  const delivered: Told = {
    kind: 'delivery',
    at: 6,
    place: 'shipping.orders',
    peer: 'rabbitmq/shipping',
    cause: 6,
    value: 5,
  };

  const billed: Told = { ...delivered, place: 'billing.orders', peer: 'rabbitmq/billing' };
  const acknowledged: Told = {
    kind: 'ack',
    at: 7,
    place: 'billing.orders',
    peer: 'rabbitmq/billing',
    cause: 8,
    value: 5,
  };
  const toBilling: readonly Told[] = [...shop, outboxed, published, delivered, billed, acknowledged];

  test.each([
    ['never asked for', shop, 4, 'This is the last that happened to order-17'],
    [
      'left in the outbox',
      [...shop, outboxed],
      5,
      'The message in the outbox was never published to rabbitmq/orders.',
    ],
    [
      'left in the queue',
      [...shop, outboxed, published],
      6,
      'The message in rabbitmq/orders was never delivered to a consumer.',
    ],
    [
      'never acknowledged',
      [...shop, outboxed, published, delivered],
      7,
      'shipping.orders never acknowledged the message.',
    ],
    ['acknowledged by another consumer only', toBilling, 7, 'shipping.orders never acknowledged'],
  ])('is found where the chain ends: %s', (_, story, record, text) => {
    const missing = whyNot(runOf(story), 'order-17');
    expect(missing?.record).toBe(record);
    expect(missing?.text).toContain(text);
  });

  test('is a crash, where one ended the work', () => {
    const lost: readonly Told[] = [
      ...shop.slice(0, 2),
      { kind: 'lost', at: 2, place: 'checkout.placeOrder', peer: 'checkout[0]', cause: 1, span: 1 },
      { kind: 'intentFailed', at: 3, place: 'shoppers', cause: 2, span: 0, detail: 'reset' },
    ];
    expect(whyNot(runOf(lost), 'order-17')?.text).toBe(
      'The crash of checkout[0] ended checkout.placeOrder before it came to `tell`, and nobody took it up again.',
    );
  });

  test('is a crash that a message did not outlive, since it had been acknowledged', () => {
    const told: readonly Told[] = [
      { kind: 'delivery', at: 1, place: 'shipping.orders', peer: 'rabbitmq/shipping', value: 1 },
      { kind: 'ack', at: 1, place: 'shipping.orders', peer: 'rabbitmq/shipping', value: 1, detail: 'auto' },
      { kind: 'start', at: 2, place: 'shipping.ship', peer: 'shipping[0]', cause: 0, span: 0 },
      { kind: 'lost', at: 3, place: 'shipping.ship', peer: 'shipping[0]' },
    ];
    expect(whyNot(runOf(told), 'order-17')?.text).toMatch(/since its message had been acknowledged already/);
  });

  test.each([
    ['truncated', 'The new leader of kafka/orders[0] never had it, and the old one threw it away.'],
    ['retention', 'It was deleted from kafka/orders[0] before everybody had read it.'],
    ['loss', 'The network lost it on kafka/orders[0], and nobody sent it again.'],
  ])('is a loss on a log: %s', (detail, text) => {
    const told: readonly Told[] = [
      { kind: 'publish', at: 0, place: 'kafka/orders', value: 1 },
      { kind: 'dropped', at: 9, place: 'kafka/orders[0]', cause: 0, span: 0, value: 1, detail },
    ];
    expect(whyNot(runOf(told), 'order-17')?.text).toBe(text);
  });

  test('is what was waited for, where something came too late', () => {
    const told: readonly Told[] = [
      { kind: 'publish', at: 0, place: 'rabbitmq/labels', value: 1 },
      { kind: 'delivery', at: 1, place: 'printing.labels', peer: 'rabbitmq/labels', value: 1, cause: 0 },
      { kind: 'start', at: 8, place: 'printing.print', peer: 'printing[3]', cause: 1, span: 1, value: 7_000 },
      { kind: 'reply', at: 20, place: 'printing.print', peer: 'printing[3]', cause: 2, span: 2, value: 200 },
      { kind: 'ack', at: 20, place: 'printing.labels', peer: 'rabbitmq/labels', value: 1, cause: 3, span: 1 },
    ];
    const due = (at: number) =>
      explain(runOf(told), { message: '', subject: 'order-17', at: at * 1000, records: [0] });
    expect(due(10).lines.at(-1)).toEqual({
      record: 2,
      text: 'When it was due, at 10 ms, printing.print was still at work.',
    });
    expect(due(4).lines.at(-1)?.text).toBe(
      'When it was due, at 4 ms, printing.labels had the message, and was not done with it.',
    );
    expect(due(10).records).not.toContain(3);
  });

  test('is the failure that nobody acted on, where all that was asked for had ended', () => {
    const refused: readonly Told[] = [
      ...shop.slice(0, 3),
      {
        kind: 'call',
        at: 3,
        place: 'checkout.placeOrder.book',
        peer: 'shipping.book',
        cause: 2,
        span: 1,
        value: 1,
      },
      {
        kind: 'callFailed',
        at: 9,
        place: 'checkout.placeOrder.book',
        peer: 'shipping.book',
        cause: 3,
        span: 3,
        detail: 'NO_DELIVERY',
      },
      {
        kind: 'reply',
        at: 9,
        place: 'checkout.placeOrder',
        peer: 'checkout[0]',
        cause: 4,
        span: 1,
        value: 409,
      },
      { kind: 'intentFailed', at: 10, place: 'shoppers', cause: 5, span: 0, detail: 'NO_DELIVERY' },
    ];
    expect(whyNot(runOf(refused), 'order-17')).toEqual({
      record: 4,
      text: 'checkout.placeOrder.book got NO_DELIVERY from shipping.book, and after that nothing more was asked for order-17.',
    });
  });

  test('is said in the explanation of a finding at the end of the run', () => {
    const finding = {
      message: 'order-17: not so: shipped == 1',
      subject: 'order-17',
      at: 60_000_000,
      records: [2],
    };
    const { lines } = explain(runOf([...shop, outboxed]), finding);
    expect(lines.at(-1)).toEqual({
      record: 5,
      text: 'The message in the outbox was never published to rabbitmq/orders.',
    });
  });

  test('is unknown for an entity that the run never met', () => {
    expect(whyNot(runOf(shop), 'order-99')).toBeUndefined();
  });
});
