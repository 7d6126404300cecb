import { type Micros, seconds } from '../sim/kernel/time.ts';
import type { Run } from '../sim/run.ts';
import { type EmittedSpan, telemetryOf } from '../sim/telemetry/index.ts';
import { EPOCH } from './epoch.ts';

/** Between two scrapes: Prometheus's own default is a minute, most installations take 15 s. */
const SCRAPE: Micros = seconds(15);

/** Buckets of the Collector's span metrics connector, in milliseconds. */
const BUCKETS = [2, 4, 6, 8, 10, 50, 100, 200, 400, 800, 1_000, 1_400, 2_000, 5_000, 10_000, 15_000] as const;

const CALLS = 'traces_span_metrics_calls';
const DURATION = 'traces_span_metrics_duration_milliseconds';

/** What is counted of one kind of spans, so far. */
interface Series {
  readonly labels: string;
  readonly buckets: number[];
  sum: number;
  count: number;
}

/**
 * Rates, errors and durations, as the Collector's span metrics connector counts them in the spans that reach it, scraped
 * every 15 s: OpenMetrics with times, which `promtool tsdb create-blocks-from openmetrics` takes in.
 */
export function spanMetrics(run: Run): string {
  const spans = telemetryOf(run)
    .filter(({ fate }) => fate === 'stored' || fate === 'discarded')
    .toSorted((a, b) => (a.end ?? 0) - (b.end ?? 0));
  const all = new Map<string, Series>();
  const calls: string[] = [];
  const durations: string[] = [];
  let next = 0;
  for (let at = SCRAPE; at < run.until + SCRAPE; at += SCRAPE) {
    for (; next < spans.length && (spans[next]?.end ?? 0) <= at; next++) count(all, spans[next]!);
    for (const series of all.values()) {
      const time = EPOCH + Math.min(at, run.until) / seconds(1);
      calls.push(`${CALLS}_total{${series.labels}} ${series.count} ${time}`);
      durations.push(...histogram(series, time));
    }
  }
  return [
    `# TYPE ${CALLS} counter`,
    ...inGroups(calls),
    `# TYPE ${DURATION} histogram`,
    `# UNIT ${DURATION} milliseconds`,
    ...inGroups(durations),
    '# EOF',
    '',
  ].join('\n');
}

function count(all: Map<string, Series>, { service, name, kind, failed, start, end }: EmittedSpan): void {
  const labels = [
    `service_name="${escaped(service)}"`,
    `span_name="${escaped(name)}"`,
    `span_kind="SPAN_KIND_${kind}"`,
    `status_code="STATUS_CODE_${failed ? 'ERROR' : 'UNSET'}"`,
  ].join(',');
  let series = all.get(labels);
  if (!series) {
    series = { labels, buckets: BUCKETS.map(() => 0), sum: 0, count: 0 };
    all.set(labels, series);
  }
  const took = ((end ?? start) - start) / 1_000;
  const bucket = BUCKETS.findIndex((limit) => took <= limit);
  if (bucket >= 0) series.buckets[bucket] = (series.buckets[bucket] ?? 0) + 1;
  series.sum += took;
  series.count++;
}

function histogram({ labels, buckets, sum, count: total }: Series, time: number): string[] {
  let below = 0;
  const lines = buckets.map((own, i) => {
    below += own;
    return `${DURATION}_bucket{${labels},le="${BUCKETS[i]}.0"} ${below} ${time}`;
  });
  return [
    ...lines,
    `${DURATION}_bucket{${labels},le="+Inf"} ${total} ${time}`,
    `${DURATION}_sum{${labels}} ${sum} ${time}`,
    `${DURATION}_count{${labels}} ${total} ${time}`,
  ];
}

/** OpenMetrics wants the samples of one series together, in the order of time; of a histogram, those of its labels. */
function inGroups(lines: readonly string[]): string[] {
  const groups = new Map<string, string[]>();
  for (const line of lines) {
    const key = line.slice(line.indexOf('{') + 1, line.indexOf('}')).replace(/,le="[^"]*"$/, '');
    const group = groups.get(key);
    if (group) group.push(line);
    else groups.set(key, [line]);
  }
  return [...groups.values()].flat();
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
