import { z } from 'zod';
import { duration, share } from '../quantities.ts';
import { id, idMap } from './common.ts';

/** Forms in which trace context is written into headers, by their names in `OTEL_PROPAGATORS`. */
const PROPAGATORS = ['tracecontext', 'b3', 'b3multi', 'jaeger'] as const;

/** Who decides which traces are made, by the names of `OTEL_TRACES_SAMPLER`. */
const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** What one service does about tracing; what is absent is as `telemetry` itself says. */
const serviceTelemetry = z.strictObject({
  /** Whether it has an SDK that makes spans. */
  instrumented: z.boolean().default(true),
  /** The headers that it reads and writes; without an SDK: those that its code copies, which are none unless named. */
  propagators: z.array(z.enum(PROPAGATORS)).nullable().default(null),
  sampler: z.enum(SAMPLERS).nullable().default(null),
  sampler_arg: share.nullable().default(null),
});

/** What context travels in. */
const propagation = z.strictObject({
  /** Headers of HTTP, and the metadata of gRPC. */
  http: z.boolean().default(true),
  kafka: z.boolean().default(true),
  rabbitmq: z.boolean().default(true),
  sqs: z.boolean().default(true),
  sns: z.boolean().default(true),
  /** A column of the outbox: no SDK adds it by itself. */
  outbox: z.boolean().default(false),
});

/** One reason to keep a trace, with the names of the OpenTelemetry Collector's tail sampling processor. */
const tailPolicy = z.union(
  [
    /** From the first span's begin to the last one's end. */
    z.strictObject({ latency: z.strictObject({ threshold_ms: z.int().min(0) }) }),
    /** A span has one of these statuses. */
    z.strictObject({
      status_code: z.strictObject({ status_codes: z.array(z.enum(['ERROR', 'UNSET'])).min(1) }),
    }),
    /** This share of traces, chosen by their ids. */
    z.strictObject({
      probabilistic: z.strictObject({ sampling_percentage: z.number().min(0).max(100) }),
    }),
    /** A number that a span carries, such as `http.request.resend_count`, lies between these. */
    z.strictObject({
      numeric_attribute: z.strictObject({
        key: z.string(),
        min_value: z.int().nullable().default(null),
        max_value: z.int().nullable().default(null),
      }),
    }),
  ],
  { error: 'expected latency, status_code, probabilistic or numeric_attribute' },
);

/** A collector that waits until a trace is probably over, and then decides. */
const tailSampling = z.strictObject({
  /** From a trace's first span at the collector to the decision. */
  decision_wait: duration.default(30_000_000),
  /** A trace is kept if one of them wants it. */
  policies: idMap(tailPolicy).default({}),
});

/** Spans of sidecars, as Istio's Telemetry API has them. */
const meshTracing = z.strictObject({
  /** Of the requests that come without context, per cent. */
  randomSamplingPercentage: z.number().min(0).max(100).default(1),
  /** Whose headers the sidecars read and write: W3C's `traceparent`, or Zipkin's `x-b3-…`. */
  provider: z.enum(['opentelemetry', 'zipkin']).default('opentelemetry'),
});

/** What the operators of the store see of it: the traces that it sends, which are less than what happens. */
export const telemetry = z.strictObject({
  propagators: z.array(z.enum(PROPAGATORS)).default(['tracecontext']),
  propagation: propagation.prefault({}),
  /** The span of a handled message is a child of the one that sent it, or has a trace of its own with a link to it. */
  consumers: z.enum(['parent', 'link']).default('parent'),
  sampler: z.enum(SAMPLERS).default('parentbased_always_on'),
  /** The share of new traces that a `…traceidratio` sampler takes. */
  sampler_arg: share.default(1_000_000),
  /** How long an SDK gathers ended spans before it sends them: a crash takes those with it (`OTEL_BSP_SCHEDULE_DELAY`). */
  schedule_delay: duration.default(5_000_000),
  tail_sampling: tailSampling.nullable().default(null),
  /** Null: sidecars send no spans, and touch no headers. */
  mesh: meshTracing.nullable().default(null),
  /** Services that differ from the rest. */
  services: z.record(id, serviceTelemetry).default({}),
});

/** Its parts by their titles, for reference pages. */
export const telemetryForms = {
  Telemetry: telemetry,
  'Telemetry of a service': serviceTelemetry,
  'Tail sampling': tailSampling,
  'Tracing of the mesh': meshTracing,
} as const;

export type TelemetrySettings = z.output<typeof telemetry>;
export type TailSampling = z.output<typeof tailSampling>;
export type TailPolicy = z.output<typeof tailPolicy>;
export type Propagator = (typeof PROPAGATORS)[number];
export type SamplerName = (typeof SAMPLERS)[number];
