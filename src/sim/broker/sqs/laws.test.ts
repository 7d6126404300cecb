import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Micros, seconds } from '../../kernel/time.ts';
import { type TestQueue, TestService } from './client.fixture.ts';
import type { Received } from './message.ts';

type Step =
  | { readonly do: 'send'; readonly group: string; readonly delay: number }
  | { readonly do: 'receive'; readonly limit: number; readonly visibility: number; readonly wait: number }
  | { readonly do: 'delete' | 'change'; readonly which: number; readonly visibility: number }
  | { readonly do: 'pass'; readonly time: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('send' as const),
    group: fc.constantFrom('a', 'a', 'a', 'b', 'c'),
    delay: fc.constantFrom(0, 0, 0, 3),
  }),
  fc.record({
    do: fc.constant('receive' as const),
    limit: fc.integer({ min: 1, max: 10 }),
    visibility: fc.integer({ min: 1, max: 9 }),
    wait: fc.constantFrom(0, 4),
  }),
  fc.record({
    do: fc.constantFrom('delete' as const, 'change' as const),
    which: fc.nat(30),
    visibility: fc.constantFrom(0, 0, 2, 5, 9),
  }),
  fc.record({ do: fc.constant('pass' as const), time: fc.integer({ min: 1, max: 5 }) }),
);

const steps = fc.array(step, { maxLength: 120 });

/** What a slow reader of the rules knows of a message: when it is hidden until, and by which receipt. */
interface Known {
  readonly body: string;
  readonly group: string;
  hiddenUntil: Micros;
  handle: string | null;
}

/** Plays a script; after each receive, `check` sees what came and what the reference knew before. */
function play(
  script: readonly Step[],
  fifo: boolean,
  check: (got: readonly Received<string>[], known: readonly Known[], now: Micros) => void,
): { readonly queue: TestQueue; readonly service: TestService } {
  const service = new TestService();
  const queue = fifo ? service.fifo() : service.create('q');
  const known: Known[] = [];
  const received: Received<string>[] = [];
  let sent = 0;
  for (const each of script) {
    const { now } = service.sim;
    // The reference learns of each call before it is made: the call may serve those who wait.
    if (each.do === 'send') {
      const body = `m${++sent}`;
      const delay = fifo ? 0 : each.delay;
      known.push({ body, group: each.group, hiddenUntil: now + seconds(delay), handle: null });
      queue.send([body], fifo ? { MessageGroupId: each.group } : { DelaySeconds: delay });
    } else if (each.do === 'receive') {
      const { limit: MaxNumberOfMessages, visibility: VisibilityTimeout, wait: WaitTimeSeconds } = each;
      queue.endpoint.receiveMessage({ MaxNumberOfMessages, VisibilityTimeout, WaitTimeSeconds }, (result) => {
        if (!result.ok) throw new Error(result.refusal.message);
        check(result.value, known, service.sim.now);
        for (const { message, ReceiptHandle } of result.value) {
          const one = known.find(({ body }) => body === message.body)!;
          one.hiddenUntil = service.sim.now + seconds(VisibilityTimeout);
          one.handle = ReceiptHandle;
        }
        received.push(...result.value);
      });
    } else if (each.do === 'pass') {
      service.passSeconds(each.time);
    } else if (received.length > 0) {
      const { ReceiptHandle } = received[each.which % received.length]!;
      const at = known.findIndex(({ handle }) => handle === ReceiptHandle);
      const timely = at >= 0 && now < known[at]!.hiddenUntil;
      if (each.do === 'delete') {
        if (fifo ? timely : at >= 0) known.splice(at, 1);
        const { ok } = queue.endpoint.deleteMessage(ReceiptHandle);
        if (fifo && at >= 0) expect(ok).toBe(timely);
      } else {
        const { visibility: VisibilityTimeout } = each;
        if (timely) known[at]!.hiddenUntil = now + seconds(VisibilityTimeout);
        const { ok } = queue.endpoint.changeMessageVisibility({ ReceiptHandle, VisibilityTimeout });
        expect(ok).toBe(timely);
      }
    }
  }
  return { queue, service };
}

test('a FIFO group is never delivered out of order, nor twice at once inside the visibility timeout', () => {
  fc.assert(
    fc.property(steps, (script) => {
      play(script, true, (got, known, now) => {
        for (const group of ['a', 'b', 'c']) {
          const here = known.filter((each) => each.group === group);
          const came = got.filter(({ message }) => message.MessageGroupId === group);
          if (here.some(({ hiddenUntil }) => hiddenUntil > now)) expect(came).toEqual([]);
          const first = here.slice(0, came.length);
          expect(came.map(({ message }) => message.body)).toEqual(first.map(({ body }) => body));
        }
      });
    }),
    { numRuns: 300 },
  );
});

test('a standard queue without strays never hands a message out twice inside its visibility timeout', () => {
  fc.assert(
    fc.property(steps, (script) => {
      play(script, false, (got, known, now) => {
        const visible = known.filter(({ hiddenUntil }) => hiddenUntil <= now).map(({ body }) => body);
        for (const { message } of got) expect(visible).toContain(message.body);
      });
    }),
    { numRuns: 300 },
  );
});

for (const fifo of [false, true])
  test(`nothing is lost before its retention period ends, in a ${fifo ? 'FIFO' : 'standard'} queue`, () => {
    fc.assert(
      fc.property(steps, (script) => {
        const deleted = new Set<string>();
        const { queue, service } = play(script, fifo, () => {});
        for (const line of service.told)
          if (line.startsWith('deleted ')) deleted.add(line.slice('deleted '.length));
        service.passSeconds(60); // all delays, waits and timeouts are over
        const left = queue.drain({ MaxNumberOfMessages: 10 });
        const sent = service.told.filter((line) => line.startsWith('sent ')).map((line) => line.slice(5));
        expect([...left].sort()).toEqual(sent.filter((body) => !deleted.has(body)).sort());
        expect(queue.counts).toEqual([0, 0, 0]);
      }),
      { numRuns: 300 },
    );
  });

test('with strays a message may come more often, and still none is lost', () => {
  fc.assert(
    fc.property(fc.nat(1_000), fc.integer({ min: 1, max: 60 }), (seed, count) => {
      const service = new TestService({
        seed: `${seed}`,
        imperfections: {
          duplicatesPpm: 300_000,
          lostDeletesPpm: 300_000,
          servers: { all: 8, sampled: 6 },
        },
      });
      const queue = service.create('q');
      const sent = Array.from({ length: count }, (_, i) => `m${i}`);
      queue.send(sent);
      const got: string[] = [];
      for (let i = 0; i < 20; i++) {
        got.push(...queue.drain());
        service.passSeconds(10);
      }
      expect(new Set(got)).toEqual(new Set(sent));
    }),
    { numRuns: 100 },
  );
});

test('a deduplication id is enqueued once in any five minutes, and again after them', () => {
  const sends = fc.array(fc.record({ gap: fc.nat(200), id: fc.constantFrom('x', 'y', 'z') }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(sends, fc.boolean(), (script, deletes) => {
      const service = new TestService();
      const queue = service.fifo();
      const accepted: { readonly id: string; readonly at: Micros }[] = [];
      let expected = 0;
      for (const { gap, id } of script) {
        service.passSeconds(gap);
        const { now } = service.sim;
        const known = accepted.some((one) => one.id === id && now - one.at < seconds(300));
        if (!known) {
          accepted.push({ id, at: now });
          expected++;
        }
        queue.send([id], { MessageGroupId: 'g', MessageDeduplicationId: id });
        if (deletes) queue.drain();
        expect(service.told.filter((line) => line.startsWith('sent')).length).toBe(expected);
      }
    }),
    { numRuns: 200 },
  );
});
