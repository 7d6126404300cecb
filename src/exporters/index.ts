import type { Run } from '../sim/run.ts';
import { grafana } from './grafana.ts';
import { otlp } from './otlp.ts';
import { spanMetrics } from './span-metrics.ts';

/** A way to give a run to other programs. */
interface Exporter {
  /** One sentence for help pages. */
  readonly summary: string;
  write(run: Run): string;
}

/** Every format of a whole run. To add one: write its file, then list it here. */
export const exporters: Readonly<Record<string, Exporter>> = {
  otlp: { summary: 'the traces that were stored, in OTLP JSON: Jaeger and others open it', write: otlp },
  openmetrics: { summary: 'rates, errors and durations for Prometheus', write: spanMetrics },
  grafana: { summary: 'a Grafana dashboard over those', write: grafana },
};
