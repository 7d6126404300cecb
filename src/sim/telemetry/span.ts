import type { Micros } from '../kernel/time.ts';
import type { TraceContext } from './context.ts';

/** OpenTelemetry's kinds of spans. */
export type SpanKind = 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';

/** What became of a span on its way to the operators. */
export type Fate =
  | 'stored'
  /** Its trace was not sampled at its head. */
  | 'unsampled'
  /** The process died before it had sent it. */
  | 'crashed'
  /** It had not ended, or had not been sent, when the run was over. */
  | 'open'
  /** The collector did not keep its trace. */
  | 'discarded';

/** A span as instrumentation makes it: what the system itself can tell of what happened. */
export interface EmittedSpan {
  /** The record with which it began. */
  readonly record: number;
  readonly context: TraceContext;
  /** The span that it follows from, as its context told; null: it begins a trace. */
  readonly parent: string | null;
  /** Spans of other traces that it belongs with. */
  readonly links: readonly TraceContext[];
  readonly kind: SpanKind;
  /** `placeOrder`, `publish orders`. */
  readonly name: string;
  readonly service: string;
  /** The replica, or the replica's sidecar. */
  readonly instance: string;
  readonly sidecar: boolean;
  /** What it is about, as the code adds it to its spans: order-17. */
  readonly subject: string | null;
  readonly start: Micros;
  /** Null: it never ended. */
  readonly end: Micros | null;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly fate: Fate;
}

/** A span that is still being told. */
export type Draft = { -readonly [Key in keyof EmittedSpan]: EmittedSpan[Key] } & {
  readonly attributes: Record<string, string | number>;
};
