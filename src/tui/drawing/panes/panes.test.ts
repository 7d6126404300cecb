import { expect, test } from 'vitest';
import type { FaultReport } from '../../../sim/run.ts';
import { shop } from '../../../sim/testing.fixture.ts';
import { drawMap } from '../map/draw.ts';
import { Scene } from '../model/scene.ts';
import type { Trace } from '../model/trace.ts';
import { drawInspectedNode } from './inspector.ts';
import { sparkline } from './metrics.ts';
import { around } from './rows.ts';
import { drawScrubber } from './scrubber.ts';
import { drawWaterfall } from './waterfall.ts';

test('draws something as more than nothing, and the most as full', () => {
  expect(sparkline([0, 1, 50, 100, null], 100)).toBe(' ▁▄█ ');
  expect(sparkline([0, 0], 0)).toBe('  ');
});

test('keeps the present record in the middle of its rows', () => {
  const records = [1, 3, 5, 7, 9, 11, 13];
  expect(around(records, 7, 3)).toEqual([5, 7, 9]);
  expect(around(records, 8, 3)).toEqual([5, 7, 9]);
  expect(around(records, 0, 3)).toEqual([1, 3, 5]);
  expect(around(records, 99, 3)).toEqual([9, 11, 13]);
});

const SECOND = 1_000_000;
const fault = (id: string, from: number, to: number, fired = 1): FaultReport => ({
  ...{ id, kind: 'slow', target: 'payment', fired, first: from, last: to, idleAllowed: false },
  ...{ from: from * SECOND, to: to * SECOND },
});

test('draws a run as a line, with its stops and its faults below', () => {
  const canvas = drawScrubber(
    {
      at: 5 * SECOND,
      until: 10 * SECOND,
      stops: [
        { at: 2 * SECOND, sign: '^' },
        { at: 8 * SECOND, sign: '!' },
        { at: 8 * SECOND, sign: '^' },
      ],
      faults: [fault('slow', 1, 6), fault('gone', 9, 10, 0)],
    },
    40,
    4,
  );
  expect(canvas.text()).toBe(
    [
      '0 ━━━━━━┴━━━━━━━━━●────────┴──────  10 s',
      '        ^                  !',
      '     ~~ slow ~~~~~~~~~',
      '                  gone (idle) ~',
    ].join('\n'),
  );
});

test('draws work that nobody waits for any more behind the timeout, and the late answer at its end', () => {
  const trace: Trace = {
    subject: 'order-1',
    from: 0,
    to: 2 * SECOND,
    rows: [
      {
        record: 1,
        depth: 0,
        label: 'psp.charge',
        waited: { from: 0, to: SECOND },
        worked: [{ from: 0.2 * SECOND, to: 1.8 * SECOND }],
        status: 'failed',
        ending: 'timeout',
        signs: [{ at: 1.8 * SECOND, sign: 'l', words: 'late' }],
      },
    ],
  };
  expect(
    drawWaterfall(trace, 2 * SECOND, 56, 2)
      .text()
      .split('\n')[1],
  ).toMatch(/^psp\.charge +──+━━━━━━━━━+x━━━━━━━━━━━+l +╎?$/);
});

test('draws a topic with the lag of its partitions, dead letters apart, and a topic in full where it is selected', () => {
  const run = shop(
    `
    brokers: { kafka: { topics: { jobs: { partitions: 2 } } }, rabbitmq: { queues: { dead: {} } } }
    services:
      shop: { operations: { order: { steps: { tell: { publish: kafka/jobs, key: request.order } } } } }
      worker:
        work: 500ms
        consumers: { jobs: { from: kafka/jobs, do: handle, commit: after, auto.offset.reset: earliest, deadLetter: rabbitmq/dead } }
        operations: { handle: { steps: { no: { fail: BROKEN } } } }
    run: { for: 10s, settle: 1s }
  `,
    'clients: { user: { every: 100ms, count: 30 } }',
  );
  const scene = new Scene(run);
  const at = 8 * SECOND;
  const record = scene.lastUpTo(at);
  const look = { selected: null, letters: false, focus: null };
  const map = drawMap(scene, { record, at, speed: 1, follow: null }, 100, 24, look).text();
  expect(map).toMatch(/lag \d+/);
  expect(map).toMatch(/\d+ dead/);
  expect(map).toContain('dead letters');
  const topic = scene.states(record, at).find(({ node }) => node.id === 'kafka/jobs')!;
  const inspected = drawInspectedNode(scene, topic, record, at, 42, 16).text();
  expect(inspected).toMatch(/^jobs +topic$/m);
  expect(inspected).toMatch(/at \d+, lag \d+, worker\[0\]/);
  const short = drawInspectedNode(scene, topic, record, at, 42, 5).text().split('\n');
  expect(short[4]).toBe('5 more: z');
});
