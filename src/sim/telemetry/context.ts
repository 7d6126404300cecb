import { type Luck, mix, type Stream } from '../kernel/luck.ts';
import type { Propagator } from '../world/schema/telemetry.ts';

/** What one span hands to those that follow from it. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly trace: string;
  /** 16 hexadecimal digits. */
  readonly span: string;
  readonly sampled: boolean;
}

/** The headers of a request or message that carry context, by the form in which they are written. */
export type Carrier = ReadonlyMap<Propagator, TraceContext>;

/** No context at all. */
export const NOTHING: Carrier = new Map();

/** Reads the first form that the reader knows; undefined: it begins a trace of its own. */
export function extracted(carrier: Carrier, forms: readonly Propagator[]): TraceContext | undefined {
  for (const form of forms) {
    const context = carrier.get(form);
    if (context !== undefined) return context;
  }
  return undefined;
}

/** Writes a context over what a carrier has of these forms; other headers stay as they are. */
export function injected(carrier: Carrier, forms: readonly Propagator[], context: TraceContext): Carrier {
  return new Map([...carrier, ...forms.map((form) => [form, context] as const)]);
}

/** What is left of a carrier where only some of its headers are copied. */
export function copied(carrier: Carrier, forms: readonly Propagator[]): Carrier {
  return new Map([...carrier].filter(([form]) => forms.includes(form)));
}

const WORD = 0x1_0000_0000;
const NONZERO = 0x8000_0000;

/** Makes ids of traces and spans: the same for the same seed and the same thing, whatever else happens. */
export class TraceIds {
  readonly #traces: Stream;
  readonly #spans: Stream;

  constructor(luck: Luck) {
    this.#traces = luck.stream('telemetry/traces');
    this.#spans = luck.stream('telemetry/spans');
  }

  /** For a trace that begins at a place, about something, for the so-manieth time. */
  trace(place: number, subject: number, time: number): string {
    const key = mix(place, subject);
    return [0, 1, 2, 3].map((word) => hex(this.#traces.below(WORD, key, time, word))).join('');
  }

  /** For a span that begins with a record; `layer` tells those apart that begin with the same. */
  span(record: number, layer: number): string {
    const first = this.#spans.below(NONZERO, record, layer, 0) + NONZERO; // an id of zeros is none
    return hex(first) + hex(this.#spans.below(WORD, record, layer, 1));
  }
}

const hex = (word: number): string => word.toString(16).padStart(8, '0');

const RANDOM_DIGITS = 13;
const RANDOM_RANGE = 0x10_0000_0000_0000; // 16 to the power of 13

/**
 * Whether an id falls within a share, in parts per million: its last digits decide, so that all who look at one id agree,
 * and a larger share takes all that a smaller one does (OpenTelemetry, TraceIdRatioBased).
 */
export function withinRatio(trace: string, ppm: number): boolean {
  return Number.parseInt(trace.slice(-RANDOM_DIGITS), 16) * 1_000_000 < ppm * RANDOM_RANGE;
}
