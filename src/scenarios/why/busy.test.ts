import { expect, test } from 'vitest';
import { KIND } from '../../sim/kinds.ts';
import { shop } from '../../sim/testing.fixture.ts';
import { workersAt } from './busy.ts';
import { linksOf } from './links.ts';

/** Orders come every 10 ms to a shop with three workers; every fourth needs 300 ms, the others 5 ms. */
const run = shop(`
  clients:
    user: { every: 10ms, count: 40, steps: { buy: { call: shop.order }, report: { call: shop.report, when: "index % 2 == 0" } } }
  services: { shop: { workers: 3, work: 5ms, operations: { report: { work: 300ms } } } }
`);
const links = linksOf(run);
const starts = Array.from(run.record.columns().kind, (kind, record) =>
  kind === KIND.start ? record : -1,
).filter((record) => record >= 0);

test('a wait for a worker is told with what the workers were at when the request came', () => {
  const told = starts.map((record) => workersAt(links, record)).filter((text) => text !== null);
  expect(told).toContain('shop.report (3)');
  for (const text of told)
    expect(text).toMatch(/^shop\.(order|report)( \(\d\))?( and shop\.(order|report)( \(\d\))?)?$/);
});

test('who did not wait has nothing to tell of', () => {
  expect(workersAt(links, starts[0] as number)).toBeNull();
  expect(workersAt(links, 0)).toBeNull();
});
