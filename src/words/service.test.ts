import { beforeAll, describe, expect, test } from 'vitest';
import { choose, choosePatched } from '../scenarios/choose.ts';
import { instanceLevels } from '../scenarios/instances/levels.ts';
import { findExercise } from '../scenarios/load.ts';
import { simulate } from '../sim/index.ts';
import { seconds } from '../sim/kernel/time.ts';
import { KIND } from '../sim/kinds.ts';
import type { Run } from '../sim/run.ts';
import { shop } from '../sim/testing.fixture.ts';
import { serviceLines } from './service.ts';

const runOf = (slug: string, choices = {}): Run => simulate(choose(findExercise(slug), choices), '7');

/** What is told of a service at a second, as `name: text`. */
function told(run: Run, service: string, second: number): string[] {
  const at = seconds(second);
  let record = -1;
  while (record + 1 < run.record.length && run.record.timeAt(record + 1) <= at) record++;
  return serviceLines(run, service, record, at).map(({ name, text }) => `${name}: ${text}`);
}

describe('outlier detection', () => {
  let run: Run;
  beforeAll(() => {
    run = runOf('one-bad-apple', { catalog: 'half' });
  });

  test('is told by instance, with the sidecars that keep it out', () => {
    expect(told(run, 'catalog', 5)).toEqual([]);
    expect(told(run, 'catalog', 20)).toEqual([
      'catalog[0]: ejected by gateway[0] and gateway[1]',
      'catalog[1]: in use',
    ]);
    expect(told(run, 'gateway', 20)).toEqual([]);
  });

  test('is counted by replica, not by sidecar', () => {
    const ejected = instanceLevels(run).get('catalog')?.ejected;
    const last = run.record.length - 1;
    const counts = Array.from({ length: last + 1 }, (_, record) => ejected?.at(record) ?? 0);
    expect(Math.max(...counts)).toBeLessThanOrEqual(2);
    expect(Math.min(...counts)).toBe(0);
    const { kind } = run.record.columns();
    expect(ejected?.at(kind.indexOf(KIND.ejected))).toBe(1);
  });
});

test('versions are told apart while a rollout mixes them', () => {
  const run = runOf('renamed-field');
  const { kind, time } = run.record.columns();
  const first = kind.indexOf(KIND.deployed);
  const lines = serviceLines(run, 'pricing', first, time[first] as number).map(
    ({ name, text }) => `${name}: ${text}`,
  );
  expect(lines.slice(0, 2)).toEqual(['pricing[0]: v2', 'pricing[1]: v1']);
});

test('an instance is told of that ends, that has not been found ready, and that stands still', () => {
  const run = runOf('deploy-that-drops', { life: 'hook' });
  expect(told(run, 'cart', 10)).toEqual([]);
  expect(told(run, 'cart', 16)[0]).toBe('cart[0]: ending');
  expect(told(run, 'cart', 22).slice(0, 2)).toEqual(['cart[0]: v2, not ready', 'cart[1]: v1']);
  expect(told(run, 'cart', 25)[0]).toBe('cart[0]: v2');

  const pause = { chaos: { still: { pause: 'cart[2]', at: '5s', for: '2s' } } };
  const paused = simulate(choosePatched(findExercise('deploy-that-drops'), {}, [pause]), '7');
  expect(told(paused, 'cart', 6)[2]).toBe('cart[2]: standing still');
  expect(told(paused, 'cart', 8)).toEqual([]);
});

test('breakers are told by caller', () => {
  const run = runOf('retry-storm', { retry: 'breaker' });
  const { kind, time } = run.record.columns();
  const opened = kind.indexOf(KIND.breaker);
  expect(serviceLines(run, 'payment', opened, time[opened] as number)).toEqual([
    { name: 'checkout[1]', text: 'breaker open', tone: 'warn' },
  ]);
});

test('refused certificates are told while handshakes fail', () => {
  const run = runOf('strict-by-friday');
  const { kind, time } = run.record.columns();
  const at = kind.indexOf(KIND.handshakeFailed);
  const second = Math.ceil((time[at] as number) / 1_000_000) + 1;
  const lines = told(run, 'inventory', second);
  expect(lines).toContainEqual(
    expect.stringMatching(/^mTLS: \d+ handshakes? failed: the certificate of inventory is expired$/),
  );
  expect(lines).toContainEqual(expect.stringMatching(/^certificate: ended \d+ s ago$/));
  expect(told(run, 'inventory', 1)).toEqual([]);
});

test('a limit tells what it had left for each consumer after the last request', () => {
  const run = runOf('partner-who-polls', { door: 'client' });
  const [line] = told(run, 'gateway', 40);
  expect(line).toMatch(/^product partner: \d+ left of its limit$/);
});

test('what a response stream cannot send, and what nobody has read of it, is told while it waits', () => {
  const run = shop(`
    clients: { user: { count: 1 } }
    services:
      shop:
        operations: { order: { steps: { read: { call: lists.all, stream: { work: 100ms } } } } }
        calls: { lists: { via: grpc, grpc: { flowControlWindow: 64KiB } } }
      lists:
        operations: { all: { steps: { rows: { send: { n: each }, bytes: 16KiB, untilReady: false, forEach: range(60) } } } }
  `);
  expect(told(run, 'lists', 1)).toEqual(['lists[0]: 47 messages unsent']);
  expect(told(run, 'shop', 1)).toEqual(['shop[0]: 3 messages unread']);
  expect([...told(run, 'lists', 9), ...told(run, 'shop', 9)]).toEqual([]);
});
