import { expect, test } from 'vitest';
import { QUEUE, shop } from '../sim/testing.fixture.ts';
import { grafana } from './grafana.ts';
import { spanMetrics } from './span-metrics.ts';

const TEN = 'clients: { user: { count: 10 } }';
const lines = (...patches: string[]) => spanMetrics(shop(TEN, QUEUE, ...patches)).split('\n');
const SERVER =
  'service_name="shop",span_name="order",span_kind="SPAN_KIND_SERVER",status_code="STATUS_CODE_UNSET"';
/** 2026-01-01T00:00:15Z and the end of the run, 5 s later. */
const [FIRST, LAST] = [1_767_225_615, 1_767_225_620];

test('spans are counted at each scrape, and their durations in cumulative buckets', () => {
  const all = lines();
  expect(all).toContain(`traces_span_metrics_calls_total{${SERVER}} 10 ${FIRST}`);
  const bucket = (le: string, count: number) =>
    `traces_span_metrics_duration_milliseconds_bucket{${SERVER},le="${le}"} ${count} ${FIRST}`;
  expect(all).toContain(bucket('10.0', 0));
  expect(all).toContain(bucket('50.0', 10));
  expect(all).toContain(bucket('+Inf', 10));
  expect(all).toContain(`traces_span_metrics_duration_milliseconds_sum{${SERVER}} 110 ${FIRST}`);
});

test('a group has one name, the samples of a series are together in the order of time, and the text ends', () => {
  const all = lines();
  expect(all.filter((line) => line.startsWith('# TYPE'))).toHaveLength(2);
  const series = all.filter((line) => line.startsWith(`traces_span_metrics_calls_total{${SERVER}}`));
  expect(series.map((line) => Number(line.split(' ').at(-1)))).toEqual([FIRST, LAST]);
  expect(all.indexOf(series[1]!)).toBe(all.indexOf(series[0]!) + 1);
  expect(all.slice(-2)).toEqual(['# EOF', '']);
});

test('what never reaches the collector is in no metric', () => {
  expect(lines('telemetry: { sampler: always_off }').filter((line) => line.includes('{'))).toEqual([]);
});

test('the dashboard asks for metrics that are written', () => {
  const { panels } = JSON.parse(grafana()) as { panels: { targets: { expr: string }[] }[] };
  const written = spanMetrics(shop(TEN, QUEUE));
  const asked = panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => expr.match(/traces_\w+/g) ?? []),
  );
  expect(asked.length).toBeGreaterThan(3);
  for (const name of asked) expect(written).toContain(`${name}{`);
});
