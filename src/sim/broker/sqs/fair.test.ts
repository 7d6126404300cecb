import { expect, test } from 'vitest';
import { TestService } from './client.fixture.ts';

/**
 * A noisy tenant has a backlog when a quiet one sends a message; how many messages of the noisy one are received
 * before that?
 */
function overtaken(tenants: boolean, { slots, backlog = 300 }: { slots: number; backlog?: number }): number {
  const service = new TestService();
  const queue = service.create('q', { VisibilityTimeout: 3_600 });
  const group = (MessageGroupId: string) => (tenants ? { MessageGroupId } : {});
  queue.send(
    Array.from({ length: backlog }, (_, i) => `noisy ${i}`),
    group('noisy'),
  );
  const inHand = Array.from({ length: slots }, () => queue.receive({ MaxNumberOfMessages: 1 })[0]!);
  service.passSeconds(1);
  queue.send(['quiet'], group('quiet'));
  let others = 0;
  for (;;) {
    queue.delete(inHand.shift()!);
    const [next] = queue.receive({ MaxNumberOfMessages: 1 });
    if (next!.message.body === 'quiet') return others;
    inHand.push(next!);
    others++;
    service.passSeconds(1);
  }
}

test('with MessageGroupId on a standard queue a noisy tenant does not make a quiet one wait', () => {
  expect(overtaken(false, { slots: 50 })).toBe(250);
  expect(overtaken(true, { slots: 50 })).toBeLessThanOrEqual(1);
});

test('a tenant with few slow messages in flight is noisy by the time that they take', () => {
  expect(overtaken(true, { slots: 3 })).toBeLessThanOrEqual(1);
});

test('fairness is not order: messages of one tenant are handed out while others of it are in flight', () => {
  const queue = new TestService().create('q');
  queue.send(['a1', 'a2'], { MessageGroupId: 'a' });
  const one = { MaxNumberOfMessages: 1 };
  expect([queue.bodies(one), queue.bodies(one)]).toEqual([['a1'], ['a2']]);
});

test('the noisy tenant is not throttled: it has the consumers to itself when nobody else waits', () => {
  const queue = new TestService().create('q');
  queue.send(
    Array.from({ length: 500 }, (_, i) => `${i}`),
    { MessageGroupId: 'noisy' },
  );
  expect(queue.drain().length).toBe(500);
});

test('of several noisy tenants the one with the fewest messages in flight is served first', () => {
  const service = new TestService();
  const queue = service.create('q', { VisibilityTimeout: 3_600 });
  for (const [tenant, count] of [
    ['big', 60],
    ['small', 35],
  ] as const) {
    queue.send(
      Array.from({ length: count }, () => tenant),
      { MessageGroupId: tenant },
    );
    for (let i = 0; i < count; i++) queue.receive({ MaxNumberOfMessages: 1 });
  }
  queue.send(['big'], { MessageGroupId: 'big' });
  queue.send(['small'], { MessageGroupId: 'small' });
  const one = { MaxNumberOfMessages: 1 };
  expect([queue.bodies(one), queue.bodies(one)]).toEqual([['small'], ['big']]);
});
