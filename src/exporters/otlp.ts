import type { Run } from '../sim/run.ts';
import { type EmittedSpan, telemetryOf } from '../sim/telemetry/index.ts';
import { EPOCH } from './epoch.ts';

/** OpenTelemetry's numbers (opentelemetry-proto, trace.proto). */
const KINDS: Readonly<Record<EmittedSpan['kind'], number>> = {
  INTERNAL: 1,
  SERVER: 2,
  CLIENT: 3,
  PRODUCER: 4,
  CONSUMER: 5,
};
const STATUS_ERROR = 2;
const SAMPLED = 1;
const SECOND = 1_000_000;

/** The traces of a run as its operators have them, in OTLP's JSON: Jaeger opens it as a file, a collector takes it over HTTP. */
export function otlp(run: Run): string {
  const stored = telemetryOf(run).filter(({ fate }) => fate === 'stored');
  const resources = new Map<string, EmittedSpan[]>();
  for (const span of stored) {
    const key = `${span.service} ${span.instance} ${span.sidecar}`;
    resources.set(key, [...(resources.get(key) ?? []), span]);
  }
  const resourceSpans = [...resources.values()].map((spans) => resourceOf(spans));
  return `${JSON.stringify({ resourceSpans })}\n`;
}

function resourceOf(spans: readonly EmittedSpan[]) {
  const { service, instance, sidecar } = spans[0]!; // a resource is made for a span
  return {
    resource: {
      attributes: attributesOf({ 'service.name': service, 'service.instance.id': instance }),
    },
    scopeSpans: [{ scope: { name: sidecar ? 'brownout.sidecar' : 'brownout' }, spans: spans.map(spanOf) }],
  };
}

function spanOf(span: EmittedSpan) {
  const { context, parent, links, kind, name, subject, start, end, failed, attributes } = span;
  const about = subject === null ? {} : { 'brownout.subject': subject };
  return {
    traceId: context.trace,
    spanId: context.span,
    ...(parent !== null && { parentSpanId: parent }),
    flags: SAMPLED,
    name,
    kind: KINDS[kind],
    startTimeUnixNano: nanoseconds(start),
    endTimeUnixNano: nanoseconds(end ?? start),
    attributes: attributesOf({ ...attributes, ...about }),
    links: links.map((link) => ({ traceId: link.trace, spanId: link.span })),
    status: failed ? { code: STATUS_ERROR } : {},
  };
}

/** 64-bit numbers are texts in OTLP's JSON, as in all of protobuf's. */
function nanoseconds(at: number): string {
  const seconds = EPOCH + Math.floor(at / SECOND);
  return `${seconds}${String((at % SECOND) * 1_000).padStart(9, '0')}`;
}

const attributesOf = (attributes: Readonly<Record<string, string | number>>) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
  }));
