import { describe, expect, test } from 'vitest';
import { seconds } from '../sim/kernel/time.ts';
import { KINDS, type Kind, type KindDescription } from '../sim/kinds.ts';
import { History, verdictOf } from './judge/history.fixture.ts';
import { beats, describeRecord, followable, narrate, worthFollowing } from './narrate.ts';

/** A record of each kind with the columns that its description names; with a subject, and without. */
function everyKind() {
  const history = new History();
  history.at(1).fact('charged', 'order-17', { amount: 2500 });
  for (const [kind, described] of Object.entries<KindDescription>(KINDS)) {
    const told = {
      ...(described.peer && { peer: 'payment.charge' }),
      ...(described.detail && { detail: 'timeout' }),
      cause: 0,
    };
    history.at(2).note(kind as Kind, 'checkout.placeOrder.charge', { ...told, value: 1 });
    history.note(kind as Kind, 'checkout.placeOrder.charge', { ...told, subject: 'order-17', span: 0 });
  }
  return history.run();
}

describe('every kind of record', () => {
  const run = everyKind();

  test('has one sentence, without a hole', () => {
    for (let record = 0; record < run.record.length; record++) {
      const sentence = narrate(run, record);
      expect(sentence).toMatch(/^[A-Z].*[^.]\.$/);
      expect(sentence).not.toMatch(/undefined|NaN|null| {2}|\(\)|\s[,.;:]/);
    }
  });

  test('names its event number, time, place and subject in one line', () => {
    expect(describeRecord(run, 0)).toBe('0  1 s  fact  psp.charge  order-17  charged');
  });
});

describe('a repeated charge', () => {
  /** Two attempts that both charge; each goes through a call and a request. */
  function twice(keys: readonly [string | undefined, string | undefined]) {
    const history = new History();
    let record = -1;
    for (const [index, key] of keys.entries()) {
      const place = 'payment.charge.capture';
      const told = { subject: 'order-17', peer: 'psp.charge', value: index + 1, ...(key && { detail: key }) };
      const call = history.at(10 + index).note('call', place, told);
      // A fault that touches the call on its way stands between the call and its request.
      const touched =
        index === 0 ? call : history.note('fault', 'psp', { cause: call, span: call, detail: 'slow' });
      const span = history.note('request', 'psp.charge', {
        subject: 'order-17',
        span: touched,
        peer: 'psp[0]',
      });
      record = history.fact('charged', 'order-17', { amount: 2500 }, { span });
    }
    return narrate(history.run(), record);
  }

  test('without a key is told with the call that carried none', () => {
    expect(twice([undefined, undefined])).toBe(
      'Psp charged order-17 a second time (2500); the time before was event 2, and payment’s attempt 2 (event 3) carried no idempotency key.',
    );
  });

  test('under another key is told with both keys', () => {
    expect(twice(['k1', 'k2'])).toContain('carried another idempotency key (k2, before: k1).');
  });

  test('under the same key is told as such', () => {
    expect(twice(['k', 'k'])).toContain(
      'although payment’s attempt 2 (event 3) carried the same idempotency key.',
    );
  });

  test('claims nothing about a call that the record does not show', () => {
    const history = new History();
    history.at(1).fact('charged', 'order-17');
    const again = history.at(2).fact('charged', 'order-17');
    expect(narrate(history.run(), again)).toBe(
      'Psp charged order-17 a second time; the time before was event 0.',
    );
  });

  test('by a message is told with its delivery', () => {
    const history = new History();
    history.at(1).fact('mailed', 'order-17');
    const told = { subject: 'order-17', peer: 'rabbitmq/mail', value: 7, detail: 'redelivered' };
    const delivery = history.at(2).note('delivery', 'notification.orders', told);
    const span = history.note('request', 'notification.mail', { subject: 'order-17', span: delivery });
    const again = history.fact('mailed', 'order-17', {}, { span });
    expect(narrate(history.run(), again)).toContain(
      'and this was done for message 7, redelivered (event 1).',
    );
  });
});

describe('single sentences', () => {
  const told = { subject: 'order-17', peer: 'payment.charge' };
  const sentence = (kind: Kind, place: string, more: object) => {
    const history = new History();
    return narrate(history.run(), history.note(kind, place, { ...told, ...more }));
  };

  test.each([
    [
      'callFailed',
      'checkout.placeOrder.charge',
      { detail: 'timeout', value: seconds(1) },
      'Checkout stopped waiting for payment.charge (order-17) after 1 s; it cannot tell whether the work was done.',
    ],
    [
      'callFailed',
      'checkout.placeOrder.charge',
      { detail: 'connect-failure', value: 400 },
      'Checkout found nobody listening at payment.charge (order-17) after 400 µs; nothing was done.',
    ],
    [
      'callFailed',
      'checkout.placeOrder.charge',
      { detail: 'DECLINED', value: 400 },
      'Checkout was answered DECLINED by payment.charge (order-17) after 400 µs.',
    ],
    [
      'lateReply',
      'checkout.placeOrder.charge',
      { detail: 'ok', value: seconds(4.2) },
      'Payment.charge answered checkout for order-17: done; checkout had stopped waiting, and the answer was dropped, 4.2 s after the call.',
    ],
    [
      'retry',
      'checkout.placeOrder.charge',
      { detail: 'timeout', value: 500_000, cause: 0 },
      'Checkout will call payment.charge again for order-17, since the last attempt ended in a timeout (event 0), in 500 ms.',
    ],
    ['call', 'checkout.placeOrder.charge', { value: 1 }, 'Checkout called payment.charge for order-17.'],
    [
      'call',
      'checkout.placeOrder.charge',
      { value: 2 },
      'Checkout called payment.charge for order-17, attempt 2, without an idempotency key.',
    ],
    [
      'call',
      'checkout.placeOrder.charge',
      { value: 2, detail: 'order-17' },
      'Checkout called payment.charge for order-17, attempt 2, with the idempotency key order-17.',
    ],
    [
      'call',
      'gateway.answer.query.Product.stock',
      { value: 1, peer: 'inventory.get' },
      'Gateway called inventory.get for order-17, to resolve Product.stock.',
    ],
    [
      'batched',
      'gateway.answer.query.Product.stock',
      { value: 24, peer: 'inventory.get' },
      'Gateway made one of 24 calls of inventory.get (order-17).',
    ],
    [
      'breaker',
      'payment -> psp',
      { detail: 'open', value: 12, subject: undefined },
      'The circuit breaker payment -> psp is now open: 12 failures in its window, and calls are refused without being sent.',
    ],
    [
      'dropped',
      'psp -> payment',
      { detail: 'dropReply' },
      'The network lost a message on psp -> payment (order-17): the answer was lost; the work behind it stands, and the caller cannot tell.',
    ],
    [
      'shed',
      'payment.charge',
      { detail: 'full', peer: 'payment[0]' },
      'Payment[0] turned away a request for payment.charge (order-17): its queue was full; nothing was done.',
    ],
    [
      'crash',
      'payment[1]',
      { value: 3, subject: undefined },
      'Payment[1] died, and 3 requests with it; what was committed stays.',
    ],
    [
      'dedupe',
      'payment.charge',
      { detail: 'replayed', value: 200 },
      'Payment.charge recognised a request for order-17 that it had handled, and answered 200 without doing it again.',
    ],
    [
      'gaveUp',
      'shoppers',
      { value: seconds(3) },
      'Shoppers lost their patience for order-17; nobody waits for the answer any more, after 3 s.',
    ],
  ] as const)('%s at %s with %j', (kind, place, more, expected) => {
    expect(sentence(kind, place, more)).toBe(expected);
  });

  test('a message tells how long it was under way, and whether it comes again', () => {
    const history = new History();
    history.at(1).note('publish', 'rabbitmq/orders', { value: 7, subject: 'order-17' });
    const more = { value: 7, subject: 'order-17', peer: 'rabbitmq/shipping', detail: 'redelivered' };
    const delivery = history.at(3).note('delivery', 'shipping.orders', more);
    expect(narrate(history.run(), delivery)).toBe(
      'Message 7 for order-17 reached shipping.orders from rabbitmq/shipping once more, 2 s after it was accepted.',
    );
  });

  test('a message that is acknowledged before the work is told as such', () => {
    const told = (detail?: string) => {
      const history = new History();
      const more = { value: 7, subject: 'order-17', peer: 'rabbitmq/shipping', ...(detail && { detail }) };
      return narrate(history.run(), history.at(3).note('ack', 'shipping.orders', more));
    };
    expect(told()).toBe('Shipping.orders was done with message 7 for order-17.');
    expect(told('auto')).toMatch(/^Rabbitmq\/shipping forgot message 7 for order-17 as soon as it was sent/);
    expect(told('before')).toMatch(/acknowledged message 7 for order-17 before it was handled/);
  });

  test.each([
    [
      'shop -> psp',
      'drop',
      'The network lost a message on shop -> psp (order-17): the request never arrived',
    ],
    ['rabbitmq/labels', 'drop', 'Rabbitmq/labels accepted message 7 for order-17 and forgot it'],
    ['rabbitmq/labels', 'not persistent', 'it was held in memory only, and the broker restarted'],
    ['rabbitmq/labels', 'consumer gone', 'rabbitmq/labels had forgotten it when it sent it'],
    ['kafka/orders[0]', 'truncated', 'Message 7 for order-17 is gone from kafka/orders[0]: its new leader'],
    ['kafka/orders[0]', 'retention', 'before everybody had read it'],
    ['kafka/orders[0]', 'aborted', 'belongs to a transaction that was aborted'],
  ])('what is lost at %s by %s is told as what it is', (place, detail, words) => {
    expect(sentence('dropped', place, { detail, value: 7, subject: 'order-17' })).toContain(words);
  });

  test.each([
    ['memberLeft', 'max.poll.interval.ms exceeded', 'processing took longer than max.poll.interval.ms'],
    ['memberLeft', 'session.timeout.ms exceeded', 'it sent no heartbeat for session.timeout.ms'],
    ['commitRefused', 'ILLEGAL_GENERATION', 'the group has divided its partitions anew since'],
    ['produceRefused', 'NOT_ENOUGH_REPLICAS', 'fewer replicas are in sync than min.insync.replicas asks for'],
    [
      'apiRefused',
      'SendMessage: ThrottlingException',
      'with ThrottlingException (there were more calls than',
    ],
    ['requeue', 'visibility timeout', 'its visibility timeout was over before it was deleted'],
    ['requeue', 'released', 'its consumer gave it back at once'],
  ] as const)('%s names its cause where that is %s', (kind, detail, words) => {
    expect(sentence(kind, 'shipping', { detail, peer: 'shipping[1]', value: 1 })).toContain(words);
  });

  test('a fault tells its kind', () => {
    const history = new History();
    const strike = history.note('fault', 'psp', { detail: 'slow', value: 22, subject: 'order-17' });
    const run = history.run({ faults: [{ id: 'slow', kind: 'latency' }] });
    expect(narrate(run, strike)).toBe('The fault slow (latency) struck psp (order-17), for the 22nd time.');
  });
});

describe('beats', () => {
  /** A fault at 10 s, failures until 20 s, a double charge at 12 s. */
  function troubled() {
    const history = new History();
    history.wish('order-1', 1, 2, 'timeout');
    history.wish('order-2', 3, 4);
    history.at(10).note('fault', 'psp', { detail: 'slow', value: 1 });
    history.at(11).note('fault', 'psp', { detail: 'slow', value: 2 });
    history.at(12).fact('charged', 'order-3');
    history.at(12.5).fact('charged', 'order-3');
    history.wish('order-3', 13, 14, 'timeout');
    history.wish('order-4', 18, 20, 'timeout');
    history.wish('order-5', 21, 22);
    history.wish('order-6', 23, 24);
    return history.run({ faults: [{ id: 'slow' }] });
  }
  const once = { 'charged-once': { every: 'order', must: 'charged <= 1' } };

  test('are the first strike, the first symptom, the break and the recovery, in the order of time', () => {
    const run = troubled();
    expect(beats(run, verdictOf(once, run)).map(({ at, title }) => [at / 1_000_000, title])).toEqual([
      [10, 'Fault: slow strikes psp'],
      [12.5, 'Broken: charged-once, order-3'],
      [14, 'First symptom: shoppers timeout, order-3'],
      [22, 'Recovered: no failure of shoppers after this'],
    ]);
  });

  test('of a run that went well there are none', () => {
    const history = new History();
    history.wish('order-1', 1, 2);
    expect(beats(history.run(), verdictOf({}, history.run()))).toEqual([]);
  });

  test('those in which a check broke are followed first, and one that went well last', () => {
    const run = troubled();
    const verdict = verdictOf(once, run);
    expect(followable(run, verdict)).toEqual(['order-3', 'order-1', 'order-4', 'order-2']);
    expect(worthFollowing(run, verdict).map(({ why }) => why)).toEqual([
      'broke charged-once',
      'its client did not get it',
      'its client did not get it',
      'nothing went wrong',
    ]);
  });
});
