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

const OPENERS: ReadonlySet<Kind> = new Set(['intent', 'call', 'request', 'delivery']);
const MARKS: ReadonlySet<Kind> = new Set([
  'fact',
  'dedupe',
  'fallback',
  'rejected',
  'retryDenied',
  'cacheHit',
  'dropped',
  'refused',
  'rollback',
  'sagaUndo',
  'sagaDone',
  'sagaResumed',
  'unroutable',
]);
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
    const { kind, at, record, value, detail } = telling;
    if (OPENERS.has(kind)) return this.#open(telling);
    if (MARKS.has(kind)) return this.#mark(telling);
    const span = this.#spanOf(record);
    switch (kind) {
      case 'intentOk':
        return close(span, at, 'ok', detail);
      case 'callOk':
        return close(span, at, 'ok', detail);
      case 'intentFailed':
      case 'callFailed':
        return close(span, at, 'failed', detail);
      case 'gaveUp':
        return close(span, at, 'failed', 'lost patience');
      case 'lateReply':
        return note(span, `late reply after ${formatMicros(value)}${detail === 'ok' ? '' : `, ${detail}`}`);
      case 'reply':
        return close(
          span,
          at,
          value < 400 ? 'ok' : 'failed',
          `answered ${value}${detail === '' ? '' : `, ${detail}`}`,
        );
      case 'lost':
        return close(span, at, 'lost', 'ended by a crash');
      case 'shed':
        return this.#shed(telling, span);
      case 'finish':
        return detail === 'wasted' ? note(span, 'wasted: nobody waited for the answer') : undefined;
      case 'start':
        return this.#wait(telling, span, 'waited in the queue', at - value, at);
      case 'poolWait':
        return this.#wait(telling, span, `waited for a connection of ${telling.peer}`, at - value, at);
      case 'lockWait':
        return this.#wait(telling, span, `waited for the lock ${detail}`, at - value, at);
      case 'retry':
        return this.#wait(telling, span, `waited before trying ${telling.peer} again`, at, at + value);
      case 'ack':
        return close(this.#deliveryOf(telling), at, 'ok', 'acknowledged');
      case 'requeue':
        return close(this.#deliveryOf(telling), at, 'failed', `back to the queue: ${detail}`);
      case 'deadLetter':
        return close(this.#deliveryOf(telling), at, 'failed', `given up: ${detail}`);
      default:
        return undefined;
    }
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

  #mark(telling: Telling): void {
    const { record, at } = telling;
    this.#leaf(telling, this.#spanOf(record), 'mark', narrate(this.#run, record).slice(0, -1), at, at);
  }

  #wait(telling: Telling, span: Draft | undefined, name: string, start: Micros, end: Micros): void {
    if (end > start) this.#leaf(telling, span, 'wait', name, start, end);
  }

  /** A request that was turned away at the door opened no span of its own. */
  #shed(telling: Telling, span: Draft | undefined): void {
    if (span?.kind === 'request') return close(span, telling.at, 'failed', `turned away: ${telling.detail}`);
    this.#mark(telling);
  }

  #leaf(
    { record }: Telling,
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

  /** The delivery that an acknowledgement, return or burial ends: the latest open one of its message there. */
  #deliveryOf({ value, place, peer, kind }: Telling): Draft | undefined {
    const { record } = this.#run;
    for (const draft of [...this.#drafts.values()].reverse()) {
      if (draft.kind !== 'delivery' || draft.end !== null || record.valueAt(draft.record) !== value) continue;
      const of = new Telling(this.#run, draft.record);
      if (kind === 'ack' ? of.place === place && of.peer === peer : of.peer === place) return draft;
    }
    return undefined;
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

function note(span: Draft | undefined, words: string): void {
  span?.notes.push(words);
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
  const took = kind === 'mark' ? '' : end === null ? '' : `after ${formatMicros(end - start)}, `;
  const when =
    kind === 'wait'
      ? `for ${formatMicros((end ?? start) - start)}`
      : `${took}at ${formatMicros(end ?? start)}`;
  return `${head}${outcome === '' ? '' : `: ${outcome}`}, ${when}.`;
}
