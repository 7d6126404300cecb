import { expect, test } from 'vitest';
import { seconds } from '../../../sim/kernel/time.ts';
import { History, resultOf } from '../history.fixture.ts';

const inTime = { recovers: 'shoppers', after: 'slow', within: '30s' };
const fault = { id: 'slow', from: seconds(10), to: seconds(20), first: seconds(10), last: seconds(19) };

/** Ten wishes a second for 100 s, of which those that begin between `from` and `to` fail. */
function failingBetween(from: number, to: number, last = 100) {
  const history = new History();
  for (let order = 0; order < last * 10; order++) {
    const began = order / 10;
    history.wish(`order-${order}`, began, began + 0.05, began >= from && began < to ? 'timeout' : undefined);
  }
  return history;
}

test('holds when success is back in time and stays', () => {
  expect(resultOf(inTime, failingBetween(10, 45).run({ faults: [fault] }))).toMatchObject({
    outcome: 'valid',
    need: 'shoppers: success back at 99 % within 30 s after slow, and it stays',
    got: '25 s until it was back for good',
    measures: { recovers: seconds(25) },
  });
});

test('fails when it comes back too late', () => {
  const result = resultOf(inTime, failingBetween(10, 61).run({ faults: [fault] }));
  expect(result).toMatchObject({
    outcome: 'invalid',
    got: '45 s until it was back for good',
    at: seconds(50.15),
  });
  expect(result.findings[0]?.message).toContain('0 % success from 50 s to 55 s, 30 s after slow ended');
});

test('fails when it comes back in time and does not stay', () => {
  const history = failingBetween(70, 80);
  expect(resultOf(inTime, history.run({ faults: [fault] }))).toMatchObject({ outcome: 'invalid' });
});

test('fails when it never comes back, and took until clients stopped at least', () => {
  expect(resultOf(inTime, failingBetween(10, 100).run({ faults: [fault] }))).toMatchObject({
    outcome: 'invalid',
    got: 'not back when clients stopped, 80 s after slow ended; 0 % success in the last window',
    measures: { recovers: seconds(80) },
  });
});

test('forgives a single failure in a window', () => {
  const history = failingBetween(70, 70.05);
  expect(resultOf(inTime, history.run({ faults: [fault] })).outcome).toBe('valid');
});

test('is vacuous where the fault never struck', () => {
  const faults = [{ ...fault, fired: 0 }];
  expect(resultOf(inTime, failingBetween(10, 100).run({ faults }))).toMatchObject({
    outcome: 'vacuous',
    got: 'the fault slow never struck',
  });
});

test('is unknown where clients stopped before the time was over', () => {
  const faults = [{ ...fault, to: seconds(90), last: seconds(89) }];
  expect(resultOf(inTime, failingBetween(10, 95).run({ faults }))).toMatchObject({ outcome: 'unknown' });
});

test('counts from the last strike where a fault has no end of its own', () => {
  const faults = [{ ...fault, to: Number.POSITIVE_INFINITY, last: seconds(40) }];
  expect(resultOf(inTime, failingBetween(10, 65).run({ faults }))).toMatchObject({ outcome: 'valid' });
});
