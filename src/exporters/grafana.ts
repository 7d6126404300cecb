const CALLS = 'traces_span_metrics_calls_total{span_kind=~"SPAN_KIND_(SERVER|CONSUMER)"';
const BUCKET = 'traces_span_metrics_duration_milliseconds_bucket{span_kind=~"SPAN_KIND_(SERVER|CONSUMER)"';

/** What operators look at first: rate, errors and duration of each service (the RED method). */
const PANELS = [
  ['Requests and messages handled', 'ops', `sum by (service_name) (rate(${CALLS}}[1m]))`],
  [
    'Share of errors',
    'percentunit',
    `sum by (service_name) (rate(${CALLS},status_code="STATUS_CODE_ERROR"}[1m])) / sum by (service_name) (rate(${CALLS}}[1m]))`,
  ],
  ['Duration, median', 'ms', `histogram_quantile(0.5, sum by (service_name, le) (rate(${BUCKET}}[1m])))`],
  [
    'Duration, 99th percentile',
    'ms',
    `histogram_quantile(0.99, sum by (service_name, le) (rate(${BUCKET}}[1m])))`,
  ],
] as const;

const WIDTH = 12;
const HEIGHT = 9;
/** Of Grafana's classic dashboards. */
const SCHEMA_VERSION = 39;

/** A Grafana dashboard over the metrics that the format openmetrics writes. */
export function grafana(): string {
  const datasource = { type: 'prometheus', uid: `\${datasource}` };
  const panels = PANELS.map(([title, unit, expr], index) => ({
    id: index + 1,
    type: 'timeseries',
    title,
    datasource,
    gridPos: { h: HEIGHT, w: WIDTH, x: (index % 2) * WIDTH, y: Math.floor(index / 2) * HEIGHT },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: [{ refId: 'A', datasource, expr, legendFormat: '{{service_name}}' }],
  }));
  const choice = { name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Data source' };
  return `${JSON.stringify(
    {
      uid: 'brownout-red',
      title: 'Brownout: rate, errors, duration',
      tags: ['brownout'],
      timezone: 'utc',
      schemaVersion: SCHEMA_VERSION,
      version: 1,
      refresh: '',
      time: { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:05:00Z' },
      templating: { list: [choice] },
      annotations: { list: [] },
      panels,
    },
    null,
    2,
  )}\n`;
}
