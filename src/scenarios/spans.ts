import { formatMicros, type Micros } from '../sim/kernel/time.ts';
import type { Kind } from '../sim/kinds.ts';
import type { Run } from '../sim/run.ts';
import { narrate } from './narrate.ts';
import { indexOf } from './narration/run-index.ts';
import { Telling } from './narration/telling.ts';

/** A stretch of the way of one entity through the system, with what happened inside it. */
export interface Span {
  /** The record that opened it. */
  readonly record: number;
  readonly kind: 'intent' | 'call' | 'request' | 'delivery' | 'wait' | 'mark';
  /** `checkout.placeOrder.charge -> payment.charge, attempt 2`; for a mark a sentence. */
  readonly name: string;
  readonly start: Micros;
  /** When it ended; null where it had not when the run did. A mark has no length. */
  readonly end: Micros | null;
  readonly status: 'ok' | 'failed' | 'lost' | 'open' | 'wait' | 'mark';
  /** `timeout`, `late reply after 4.2 s`, `answered 503`; empty where there is nothing to add. */
  readonly note: string;
  /** In the order of time. */
  readonly children: readonly Span[];
}

/** A span while it is being put together. */
interface Draft {
  readonly record: number;
  readonly kind: Span['kind'];
  readonly name: string;
  readonly start: Micros;
  end: Micros | null;
  status: Span['status'];
  notes: string[];
  readonly children: Draft[];
}

const SETTLEMENTS: ReadonlySet<Kind> = new Set(['ack', 'requeue', 'deadLetter', 'putOff']);
const OPENERS: ReadonlySet<Kind> = new Set(['intent', 'call', 'request', 'delivery']);
const MARKS: ReadonlySet<Kind> = new Set([
  'fact',
  'dedupe',
  'fallback',
  'rejected',
  'retryDenied',
  'cacheHit',
  'dropped',
  'fault',
  'refused',
  'rollback',
  'sagaUndo',
  'sagaDone',
  'sagaResumed',
  'unroutable',
  'flagged',
  'meshRetry',
  'meshRetryDenied',
  'meshHedge',
  'overflow',
  'strayed',
  'deduplicated',
  'filtered',
  'undelivered',
  'undeliverable',
  'held',
  'released',
  'forgotten',
  'conflated',
  'batched',
  'graphqlError',
]);
/** How each kind of record ends the span it belongs to. */
const ENDS: Partial<Record<Kind, (telling: Telling) => readonly [Span['status'], string]>> = {
  intentOk: ({ detail }) => ['ok', detail],
  callOk: ({ detail }) => ['ok', detail],
  intentFailed: ({ detail }) => ['failed', detail],
  callFailed: ({ detail }) => ['failed', detail],
  gaveUp: () => ['failed', 'lost patience'],
  reply: ({ value, detail }) => [
    value < 400 ? 'ok' : 'failed',
    `answered ${value}${detail === '' || detail === String(value) ? '' : `, ${detail}`}`,
  ],
  shed: ({ detail }) => ['failed', `turned away: ${detail}`],
  lost: () => ['lost', 'ended by a crash'],
  ack: () => ['ok', 'acknowledged'],
  requeue: ({ detail }) => ['failed', `back to the queue: ${detail}`],
  deadLetter: ({ detail }) => ['failed', `given up: ${detail}`],
  putOff: ({ detail }) => ['failed', `put off: ${detail}`],
};

/** What else is said of the span a record belongs to. */
const REMARKS: Partial<Record<Kind, (telling: Telling) => string>> = {
  lateReply: ({ value, detail }) =>
    `late reply after ${formatMicros(value)}${detail === 'ok' ? '' : `, ${detail}`}`,
  denied: ({ detail }) => detail,
  ackIgnored: () => 'done too late: the queue keeps the message',
  finish: ({ detail }) => (detail === 'wasted' ? 'wasted: nobody waited for the answer' : ''),
};

/** The waits that records tell of: what for, from when and until when. */
const WAITS: Partial<Record<Kind, (telling: Telling) => readonly [string, Micros, Micros]>> = {
  start: ({ at, value }) => ['waited in the queue', at - value, at],
  poolWait: ({ at, value, peer }) => [`waited for a connection of ${peer}`, at - value, at],
  lockWait: ({ at, value, detail }) => [`waited for the lock ${detail}`, at - value, at],
  streamReady: ({ at, value }) => ['waited for the reader of its response', at - value, at],
  retry: ({ at, value, peer }) => [`waited before trying ${peer} again`, at, at + value],
};

/** Longest way from a record to the span it belongs to, through records that are no spans. */
const MOST_HOPS = 64;

/** Everything that was done for one entity, as a tree: wishes, attempts, requests, waits, deliveries, late answers. */
export function spanTree(run: Run, subject: string): Span[] {
  return new TreeBuilder(run).build(subject);
}

class TreeBuilder {
  readonly #run: Run;
  readonly #drafts = new Map<number, Draft>();
  readonly #roots: Draft[] = [];

  constructor(run: Run) {
    this.#run = run;
  }

  build(subject: string): Span[] {
    const { record } = this.#run;
    const number = record.names.find(subject);
    if (number < 0) return [];
    const { subject: subjects } = record.columns();
    for (let at = 0; at < subjects.length; at++)
      if (subjects[at] === number) this.#take(new Telling(this.#run, at));
    return finished(this.#roots);
  }

  #take(telling: Telling): void {
    const { kind, at, record } = telling;
    if (OPENERS.has(kind)) this.#open(telling);
    else if (MARKS.has(kind)) this.#mark(telling);
    const end = ENDS[kind]?.(telling);
    if (end) close(this.#endedBy(telling), at, ...end);
    const remark = REMARKS[kind]?.(telling);
    if (remark) this.#spanOf(record)?.notes.push(remark);
    const wait = WAITS[kind]?.(telling);
    if (wait && wait[2] > wait[1]) this.#leaf(record, this.#spanOf(record), 'wait', ...wait);
  }

  #open(telling: Telling): void {
    const { record, kind, at } = telling;
    const draft: Draft = {
      record,
      kind: kind as Span['kind'], // the openers are kinds of span
      name: nameOf(telling),
      start: at,
      end: null,
      status: 'open',
      notes: [],
      children: [],
    };
    const published = kind === 'delivery' ? indexOf(this.#run).published.get(telling.value) : undefined;
    const parent = kind === 'intent' ? undefined : this.#spanOf(published ?? record);
    this.#drafts.set(record, draft);
    if (kind === 'delivery' && telling.detail === 'redelivered') draft.notes.push('redelivered');
    this.#hang(draft, parent);
  }

  #mark({ record, at }: Telling): void {
    this.#leaf(record, this.#spanOf(record), 'mark', narrate(this.#run, record).slice(0, -1), at, at);
  }

  #leaf(
    record: number,
    parent: Draft | undefined,
    kind: 'wait' | 'mark',
    name: string,
    start: Micros,
    end: Micros,
  ): void {
    this.#hang({ record, kind, name, start, end, status: kind, notes: [], children: [] }, parent);
  }

  #hang(draft: Draft, parent: Draft | undefined): void {
    (parent?.children ?? this.#roots).push(draft);
  }

  /** The innermost span of this entity in which a record happened. */
  #spanOf(record: number): Draft | undefined {
    const { record: all } = this.#run;
    let at = record;
    for (let hops = 0; hops < MOST_HOPS; hops++) {
      const span = all.spanAt(at);
      at = span >= 0 && span < at ? span : all.causeAt(at);
      if (at < 0) return undefined;
      const draft = this.#drafts.get(at);
      if (draft) return draft;
    }
    return undefined;
  }

  /** The span that a record ends. */
  #endedBy(telling: Telling): Draft | undefined {
    const { kind, record } = telling;
    if (!SETTLEMENTS.has(kind)) return this.#spanOf(record);
    // What never reached its consumer comes back as well, from no delivery.
    const draft = this.#drafts.get(telling.span);
    return draft?.kind === 'delivery' ? draft : undefined;
  }
}

function nameOf({ kind, place, peer, value, subject }: Telling): string {
  switch (kind) {
    case 'intent':
      return `${place} wanted ${subject}`;
    case 'call':
      return `${place} called ${peer}${value > 1 ? `, attempt ${value}` : ''}`;
    case 'request':
      return `${peer} worked on ${place}`;
    default:
      return `${place} got message ${value} from ${peer}`;
  }
}

/** The first end counts: what comes after it is a remark. */
function close(span: Draft | undefined, at: Micros, status: Span['status'], words: string): void {
  if (!span) return;
  if (span.end === null) {
    span.end = at;
    span.status = status;
  }
  if (words !== '') span.notes.push(words);
}

function finished(drafts: readonly Draft[]): Span[] {
  return drafts
    .toSorted((a, b) => a.start - b.start || a.record - b.record)
    .map(({ notes, children, ...rest }) => ({
      ...rest,
      note: [...new Set(notes)].join('; '),
      children: finished(children),
    }));
}

const STATUS: Readonly<Record<Span['status'], string>> = {
  ok: 'done',
  failed: 'failed',
  lost: 'lost',
  open: 'still open when the run ended',
  wait: '',
  mark: '',
};

/** The tree as indented sentences, two spaces a level: the important word first, times last. */
export function formatSpanTree(spans: readonly Span[], depth = 0): string {
  return spans
    .flatMap((span) => {
      const line = `${'  '.repeat(depth)}${sentenceOf(span)}`;
      return span.children.length === 0 ? [line] : [line, formatSpanTree(span.children, depth + 1)];
    })
    .join('\n');
}

function sentenceOf({ name, status, note: remark, start, end, kind }: Span): string {
  const head = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const outcome = [STATUS[status], remark].filter((part) => part !== '').join(', ');
  const took = kind === 'mark' || end === null ? '' : `took ${formatMicros(end - start)}, `;
  return `${head}${outcome === '' ? '' : `: ${outcome}`}, ${took}at ${formatMicros(start)}.`;
}
