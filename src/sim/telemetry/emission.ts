import type { Columns, Names } from '../kernel/record.ts';
import { KIND_NAMES, type Kind } from '../kinds.ts';
import type { Run } from '../run.ts';
import { type Carrier, copied, extracted, injected, NOTHING, type TraceContext } from './context.ts';
import { Drafts, type Opening } from './drafts.ts';
import { type Instrumentation, Observability } from './instrumentation.ts';
import type { Draft } from './span.ts';

/** Whoever is at work on something: in its process, calls find the context that they hand on. */
interface Inside {
  readonly instance: string;
  /** Of the span that is going on. */
  readonly context: TraceContext | undefined;
  /** What came with the request or message. */
  readonly carrier: Carrier;
}

const NOBODY: Inside = { instance: '', context: undefined, carrier: NOTHING };

/** Envoy makes a decision of its own for what comes without context. */
const PPM_PER_CENT = 10_000;
/** Longest way from a message's record to the call that sent it. */
const MOST_HOPS = 8;

/** All spans that the instrumentation of a run's system begins, sampled or not, in the order of their begin. */
export function emitted(run: Run): Draft[] {
  return new Emission(run).spans();
}

class Emission {
  readonly #columns: Columns;
  readonly #names: Names;
  readonly #world: Observability;
  readonly #drafts: Drafts;
  /** By the record that opened it. */
  readonly #inside = new Map<number, Inside>();
  /** By a call: its span, its sidecar's, and the headers that leave. */
  readonly #calls = new Map<number, Draft[]>();
  readonly #headers = new Map<number, Carrier>();
  /** By a request: its span, its sidecar's. */
  readonly #requests = new Map<number, Draft[]>();
  /** By a message: its headers, and what its row in an outbox says. */
  readonly #messages = new Map<number, Carrier>();
  readonly #rows = new Map<number, Carrier>();

  constructor(run: Run) {
    this.#columns = run.record.columns();
    this.#names = run.record.names;
    this.#world = new Observability(run.begun);
    this.#drafts = new Drafts(run);
  }

  spans(): Draft[] {
    const { kind } = this.#columns;
    for (let record = 0; record < kind.length; record++) {
      const name = KIND_NAMES[kind[record]!] as Kind; // kinds are numbered by this list
      this.#takers[name]?.(record);
    }
    return this.#drafts.all;
  }

  readonly #takers: Partial<Record<Kind, (record: number) => void>> = {
    call: (record) => this.#call(record),
    callOk: (record) => this.#endCall(record, ''),
    callFailed: (record) => this.#endCall(record, this.#detail(record)),
    request: (record) => this.#arrive(record),
    start: (record) => this.#start(record),
    reply: (record) => this.#endRequest(record),
    shed: (record) => this.#endRequest(record),
    outboxed: (record) => this.#outbox(record),
    job: (record) => this.#job(record),
    publish: (record) => this.#publish(record),
  };

  #call(record: number): void {
    const place = this.#place(record);
    const target = this.#peer(record);
    const owner = ownerOf(place);
    const who = this.#world.of(owner);
    const inside = this.#inside.get(this.#columns.span[record]!) ?? NOBODY;
    const hop = { record, service: owner, instance: inside.instance || owner };
    const channel = this.#world.channelOf(owner, target);
    let headers = who.sdk ? NOTHING : copied(inside.carrier, who.propagators);
    const drafts: Draft[] = [];
    if (who.sdk) {
      const [kind, name] =
        channel === null
          ? (['CLIENT', operationOf(target)] as const)
          : (['PRODUCER', `send ${destinationOf(channel)}`] as const);
      const parent = inside.context;
      const draft = this.#drafts.begin({ ...hop, layer: 'application', kind, name, sampling: who, parent });
      const attempt = this.#columns.value[record]!;
      if (channel === null) draft.attributes['server.address'] = ownerOf(target);
      else Object.assign(draft.attributes, messaging(channel, 'send'));
      if (attempt > 1) draft.attributes['http.request.resend_count'] = attempt - 1;
      drafts.push(draft);
      headers = injected(NOTHING, who.propagators, draft.context);
    }
    if (!this.#world.carries(owner, target)) headers = NOTHING;
    if (channel === null && who.sidecar)
      headers = this.#pass({ ...hop, kind: 'CLIENT', name: operationOf(target) }, headers, drafts);
    this.#calls.set(record, drafts);
    this.#headers.set(record, headers);
  }

  /** A sidecar makes a span between what comes and what goes on. */
  #pass(hop: Omit<Opening, 'layer' | 'sampling' | 'parent'>, headers: Carrier, drafts: Draft[]): Carrier {
    const { mesh } = this.#world.settings;
    if (mesh === null) return headers;
    const forms = [mesh.provider === 'zipkin' ? 'b3multi' : 'tracecontext'] as const;
    const sampling = {
      sampler: 'parentbased_traceidratio',
      ratio: Math.round(mesh.randomSamplingPercentage * PPM_PER_CENT),
    } as const;
    const parent = extracted(headers, forms);
    const draft = this.#drafts.begin({ ...hop, layer: 'sidecar', sampling, parent });
    drafts.push(draft);
    return injected(headers, forms, draft.context);
  }

  #endCall(record: number, reason: string): void {
    for (const draft of this.#calls.get(this.#columns.span[record]!) ?? []) {
      draft.end = this.#columns.time[record]!;
      draft.failed = reason !== '';
      if (reason !== '') draft.attributes['error.type'] = reason;
    }
  }

  #arrive(record: number): void {
    const owner = ownerOf(this.#place(record));
    const instance = this.#peer(record);
    const from = this.#columns.span[record]!;
    const name = operationOf(this.#place(record));
    const drafts: Draft[] = [];
    let carrier = this.#headers.get(from) ?? this.#carried(from);
    if (this.#headers.has(from) && this.#world.of(owner).sidecar)
      carrier = this.#pass({ record, kind: 'SERVER', name, service: owner, instance }, carrier, drafts);
    this.#requests.set(record, drafts);
    this.#inside.set(record, { instance, context: undefined, carrier });
  }

  /** The headers of the message with which a request came, or what a schedule has: nothing. */
  #carried(from: number): Carrier {
    const message = this.#messageOf(from);
    return message === undefined ? NOTHING : (this.#messages.get(message) ?? NOTHING);
  }

  /** The message of a delivery, or the last of those that a consumer had kept. */
  #messageOf(from: number): number | undefined {
    let delivery = from;
    if (delivery >= 0 && this.#kind(delivery) === 'released') delivery = this.#columns.span[delivery]!;
    return delivery >= 0 && this.#kind(delivery) === 'delivery' ? this.#columns.value[delivery]! : undefined;
  }

  /** The SDK of a service sees a request when a worker has it: it knows nothing of the line before. */
  #start(record: number): void {
    const request = this.#columns.span[record]!;
    const inside = this.#inside.get(request);
    const place = this.#place(record);
    const owner = ownerOf(place);
    const who = this.#world.of(owner);
    if (!inside || !who.sdk) return;
    const from = this.#columns.span[request]!;
    const message = this.#messageOf(from);
    const sent = extracted(inside.carrier, who.propagators);
    const channel = message === undefined ? undefined : this.#channelFrom(from);
    const linked = channel !== undefined && sent !== undefined && this.#world.settings.consumers === 'link';
    const [kind, name] =
      channel !== undefined
        ? (['CONSUMER', `process ${destinationOf(channel)}`] as const)
        : ([this.#headers.has(from) ? 'SERVER' : 'INTERNAL', operationOf(place)] as const);
    const parent = linked ? undefined : sent;
    const draft = this.#drafts.begin({
      ...{ record, layer: 'application', kind, name, service: owner, instance: inside.instance },
      ...{ sampling: who, parent },
    });
    if (linked) draft.links = [sent];
    if (channel !== undefined) Object.assign(draft.attributes, messaging(channel, 'process'));
    draft.attributes['code.function.name'] = place;
    this.#requests.get(request)?.push(draft);
    this.#inside.set(request, { ...inside, context: draft.context });
  }

  /** The queue or topic of a delivery, or of what was kept of deliveries. */
  #channelFrom(from: number): string | undefined {
    const delivery = this.#kind(from) === 'released' ? this.#columns.span[from]! : from;
    const peer = this.#columns.peer[delivery]!;
    return peer < 0 ? undefined : this.#names.text(peer);
  }

  #endRequest(record: number): void {
    const status = this.#columns.value[record]!;
    const turnedAway = this.#kind(record) === 'shed';
    for (const draft of this.#requests.get(this.#columns.span[record]!) ?? []) {
      if (draft.end !== null) continue;
      draft.end = this.#columns.time[record]!;
      draft.failed = turnedAway || status >= 500;
      if (!turnedAway) draft.attributes['http.response.status_code'] = status;
      if (draft.failed) draft.attributes['error.type'] = this.#detail(record) || String(status);
    }
  }

  #outbox(record: number): void {
    const inside = this.#inside.get(this.#columns.span[record]!);
    if (!inside || !this.#world.settings.propagation.outbox) return;
    const who = this.#world.of(ownerOf(inside.instance));
    this.#rows.set(this.#columns.value[record]!, this.#handedOn(inside, who));
  }

  #handedOn({ context, carrier }: Inside, { propagators }: Instrumentation): Carrier {
    return context === undefined ? copied(carrier, propagators) : injected(NOTHING, propagators, context);
  }

  /** A relay finds in a row what was written there. */
  #job(record: number): void {
    const place = this.#place(record);
    const cause = this.#columns.cause[record]!;
    const isRelay = cause >= 0 && this.#kind(cause) === 'outboxed';
    const carrier = (isRelay ? this.#rows.get(this.#columns.value[record]!) : undefined) ?? NOTHING;
    const { propagators } = this.#world.of(ownerOf(place));
    this.#inside.set(record, { instance: place, context: extracted(carrier, propagators), carrier });
  }

  /** A message keeps the headers with which it was first published. */
  #publish(record: number): void {
    const message = this.#columns.value[record]!;
    if (this.#messages.has(message)) return;
    let at = this.#columns.cause[record]!;
    for (let hops = 0; at >= 0 && hops < MOST_HOPS; hops++) {
      const headers = this.#headers.get(at);
      if (headers !== undefined) {
        this.#messages.set(message, headers);
        return;
      }
      const inside = this.#inside.get(this.#columns.span[at]!);
      if (inside !== undefined) {
        const owner = ownerOf(inside.instance);
        const carries = this.#world.carries(owner, this.#place(record));
        this.#messages.set(message, carries ? this.#handedOn(inside, this.#world.of(owner)) : NOTHING);
        return;
      }
      at = this.#columns.cause[at]!;
    }
  }

  #kind(record: number): Kind {
    return KIND_NAMES[this.#columns.kind[record]!] as Kind; // kinds are numbered by this list
  }

  #place(record: number): string {
    return this.#names.text(this.#columns.place[record]!);
  }

  #peer(record: number): string {
    return this.#names.text(this.#columns.peer[record]!);
  }

  #detail(record: number): string {
    const detail = this.#columns.detail[record]!;
    return detail < 0 ? '' : this.#names.text(detail);
  }
}

/** `checkout` of `checkout.placeOrder.charge` and of `checkout[1]`. */
const ownerOf = (place: string): string => /^[^.[/]*/.exec(place)?.[0] ?? place;

/** `charge` of `payment.charge`. */
const operationOf = (target: string): string => target.slice(target.indexOf('.') + 1);

/** `orders` of `kafka/orders`. */
const destinationOf = (channel: string): string => channel.slice(channel.indexOf('/') + 1);

/** The attributes of OpenTelemetry's semantic conventions for messaging. */
const messaging = (channel: string, type: 'send' | 'process') => ({
  'messaging.system': channel.slice(0, channel.indexOf('/')),
  'messaging.destination.name': destinationOf(channel),
  'messaging.operation.type': type,
});
