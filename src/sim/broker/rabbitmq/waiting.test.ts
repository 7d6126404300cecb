import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NEVER } from '../../kernel/time.ts';
import { Entry, type Message } from './message.ts';
import { ClassicWaiting, QuorumWaiting } from './waiting.ts';

const message = { size: 3 } as Message; // nothing else is looked at

/** Arrivals (a level), departures (true) and returns (how many departures ago). */
const script = fc.array(
  fc.oneof(fc.record({ level: fc.nat(3) }), fc.constant('take' as const), fc.record({ back: fc.nat(5) })),
  { maxLength: 200 },
);

test('a classic queue gives the highest level first, in it the order of arrival, whatever came back', () => {
  fc.assert(
    fc.property(script, (actions) => {
      const waiting = new ClassicWaiting(4);
      const inside: Entry[] = [];
      const out: Entry[] = [];
      let order = 0;
      for (const action of actions) {
        if (action === 'take') {
          inside.sort((a, b) => b.level - a.level || a.order - b.order);
          const expected = inside.shift();
          expect(waiting.first).toBe(expected);
          expect(waiting.take()).toBe(expected);
          if (expected) out.push(expected);
        } else if ('level' in action) {
          const entry = new Entry(message, order++, 0, NEVER, action.level);
          waiting.add(entry);
          inside.push(entry);
        } else {
          const [entry] = out.splice(-1 - action.back, 1);
          if (!entry) continue;
          waiting.giveBack(entry);
          inside.push(entry);
        }
        expect([waiting.length, waiting.bytes]).toEqual([inside.length, inside.length * 3]);
      }
    }),
  );
});

test('a quorum queue gives first what came back, in the order in which it did', () => {
  const waiting = new QuorumWaiting(3);
  const [a, b, c, d] = [0, 2, 1, 1].map((level, i) => new Entry(message, i, 0, NEVER, level));
  for (const entry of [a!, b!, c!]) waiting.add(entry);
  expect([waiting.take(), waiting.take()]).toEqual([b, c]);
  waiting.giveBack(c!);
  waiting.giveBack(b!);
  waiting.add(d!);
  expect(waiting.drain()).toEqual([c, b, d, a]);
  expect([waiting.length, waiting.bytes, waiting.first]).toEqual([0, 0, undefined]);
});

test('clearing counts and forgets everything', () => {
  for (const waiting of [new ClassicWaiting(2), new QuorumWaiting(2)]) {
    for (let i = 0; i < 5; i++) waiting.add(new Entry(message, i, 0, NEVER, i % 2));
    waiting.giveBack(waiting.take()!);
    expect(waiting.clear()).toBe(5);
    expect([waiting.length, waiting.bytes, waiting.take()]).toEqual([0, 0, undefined]);
  }
});
