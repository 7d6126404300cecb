import { hashText, Luck } from '../kernel/luck.ts';
import type { Columns, Names } from '../kernel/record.ts';
import type { Run } from '../run.ts';
import { type TraceContext, TraceIds } from './context.ts';
import { type Instrumentation, samples } from './instrumentation.ts';
import type { Draft, SpanKind } from './span.ts';

/** Who begins a span: the SDK in a service, or its sidecar. One record may begin one of each. */
type Layer = 'application' | 'sidecar';

/** What a span begins with. */
export interface Opening {
  readonly record: number;
  readonly layer: Layer;
  readonly kind: SpanKind;
  readonly name: string;
  readonly service: string;
  readonly instance: string;
  readonly sampling: Pick<Instrumentation, 'sampler' | 'ratio'>;
  /** Undefined: it begins a trace of its own. */
  readonly parent: TraceContext | undefined;
}

const LAYERS: Readonly<Record<Layer, number>> = { application: 0, sidecar: 1 };

/** Begins spans and gives them their ids. */
export class Drafts {
  /** In the order of their begin. */
  readonly all: Draft[] = [];
  readonly #columns: Columns;
  readonly #names: Names;
  readonly #ids: TraceIds;
  readonly #begun = new Map<string, number>();

  constructor({ record, seed }: Run) {
    this.#columns = record.columns();
    this.#names = record.names;
    this.#ids = new TraceIds(new Luck(seed));
  }

  begin({ record, layer, kind, name, service, instance, sampling, parent }: Opening): Draft {
    const { time, subject: subjects, place } = this.#columns;
    const subject = subjects[record]!;
    const trace = parent?.trace ?? this.#newTrace(LAYERS[layer], place[record]!, subject);
    const context = {
      trace,
      span: this.#ids.span(record, LAYERS[layer]),
      sampled: samples(sampling, parent, trace),
    };
    const draft: Draft = {
      record,
      context,
      parent: parent?.span ?? null,
      links: [],
      kind,
      name,
      service,
      instance,
      sidecar: layer === 'sidecar',
      subject: subject < 0 ? null : this.#names.text(subject),
      start: time[record]!,
      end: null,
      failed: false,
      attributes: {},
      fate: context.sampled ? 'open' : 'unsampled',
    };
    this.all.push(draft);
    return draft;
  }

  /** Named after what it is about, so that one order has one id in every design in which its trace begins there. */
  #newTrace(layer: number, place: number, subject: number): string {
    const key = `${layer} ${place} ${subject}`;
    const time = this.#begun.get(key) ?? 0;
    this.#begun.set(key, time + 1);
    const words = [place, subject].map((number) => (number < 0 ? 0 : hashText(this.#names.text(number))));
    return this.#ids.trace(words[0]! ^ layer, words[1]!, time);
  }
}
