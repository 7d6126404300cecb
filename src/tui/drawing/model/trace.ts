import { indexOf } from '../../../scenarios/narration/run-index.ts';
import { ownerOf } from '../../../scenarios/narration/telling.ts';
import { type Span, spanTree } from '../../../scenarios/spans.ts';
import type { Micros } from '../../../sim/kernel/time.ts';
import { KIND, KIND_NAMES } from '../../../sim/kinds.ts';
import type { Run } from '../../../sim/run.ts';

/** A stretch of time on a row of a waterfall; null at its end: it was not over when the run was. */
interface Stretch {
  readonly from: Micros;
  readonly to: Micros | null;
}

/** A moment on a row, with the sign that stands for it. */
export interface Sign {
  readonly at: Micros;
  /** `*` a fact, a digit the same fact again, `x` a loss, `l` an answer that came too late, `!` a fault. */
  readonly sign: string;
  readonly words: string;
}

/** One attempt of a call, one delivery, or the wish of a client: a row of a waterfall. */
export interface TraceRow {
  readonly record: number;
  readonly depth: number;
  readonly label: string;
  /** While somebody waited for it. */
  readonly waited: Stretch;
  /** While a worker had it; several where the message came more than once. */
  readonly worked: readonly Stretch[];
  readonly status: Span['status'];
  /** How it ended, in a word or two: `timeout`, `503`; empty where it went well. */
  readonly ending: string;
  readonly signs: readonly Sign[];
}

/** The way of one entity, ready to be drawn. */
export interface Trace {
  readonly subject: string;
  readonly rows: readonly TraceRow[];
  readonly from: Micros;
  readonly to: Micros;
}

const traces = new WeakMap<Run, Map<string, Trace>>();

/** The waterfall of one entity, made once. */
export function traceOf(run: Run, subject: string): Trace {
  const known = traces.get(run) ?? new Map<string, Trace>();
  traces.set(run, known);
  const trace = known.get(subject) ?? new TraceBuilder(run).build(subject);
  known.set(subject, trace);
  return trace;
}

class TraceBuilder {
  readonly #run: Run;
  readonly #rows: TraceRow[] = [];
  /** When an answer came too late, by the call. */
  readonly #late = new Map<number, Micros>();
  #to = 0;

  constructor(run: Run) {
    this.#run = run;
  }

  build(subject: string): Trace {
    const spans = spanTree(this.#run, subject);
    const { kind, subject: subjects, span, time } = this.#run.record.columns();
    const name = this.#run.record.names.find(subject);
    for (let i = 0; i < kind.length; i++) {
      if (kind[i] === KIND.lateReply && subjects[i] === name)
        this.#late.set(span[i] as number, time[i] as number);
    }
    for (const span of spans) this.#take(span, 0);
    const from = Math.min(...this.#rows.map(({ waited }) => waited.from));
    return {
      subject,
      rows: this.#rows,
      from: Number.isFinite(from) ? from : 0,
      to: Math.max(this.#to, from + 1),
    };
  }

  #take(span: Span, depth: number): void {
    if (span.kind === 'wait' || span.kind === 'mark') return;
    const { record, kind, start, end, status, children } = span;
    // A call and the work it led to share a row: the one waits while the other works.
    const requests =
      kind === 'call' || kind === 'delivery' ? children.filter((child) => child.kind === 'request') : [];
    const work = kind === 'request' ? [span] : requests;
    const inside = [
      ...children.filter((child) => !requests.includes(child)),
      ...requests.flatMap((each) => each.children),
    ];
    const late = this.#late.get(record);
    const signs = inside.flatMap((child) => this.#signOf(child));
    if (late !== undefined) signs.push({ at: late, sign: 'l', words: 'the answer came too late' });
    this.#rows.push({
      record,
      depth,
      label: this.#label(span),
      waited: { from: start, to: end },
      worked: work.map((request) => ({ from: startOf(request), to: request.end })),
      status,
      ending: this.#ending(span),
      signs,
    });
    for (const time of [end, late, ...work.map((each) => each.end), ...signs.map(({ at }) => at)]) {
      this.#to = Math.max(this.#to, time ?? start);
    }
    for (const child of inside) this.#take(child, depth + 1);
  }

  #label({ record, kind }: Span): string {
    const { names } = this.#run.record;
    const place = names.text(this.#run.record.placeAt(record));
    if (kind === 'call') {
      const attempt = this.#run.record.valueAt(record);
      return `${names.text(this.#run.record.peerAt(record))}${attempt > 1 ? ` try ${attempt}` : ''}`;
    }
    return kind === 'intent' ? place : kind === 'delivery' ? `> ${ownerOf(place)}` : place;
  }

  #ending({ status, note }: Span): string {
    if (status === 'open') return 'never ended';
    return status === 'ok' ? '' : (note.split(';')[0] ?? '').replace(/^answered /, '');
  }

  #signOf({ record, kind, start, name }: Span): Sign[] {
    if (kind !== 'mark') return [];
    const { record: all } = this.#run;
    switch (KIND_NAMES[all.kindAt(record)]) {
      case 'fact': {
        const times = indexOf(this.#run).occurrence[all.valueAt(record)] ?? 1;
        return [{ at: start, sign: times > 1 ? String(Math.min(9, times)) : '*', words: name }];
      }
      case 'dropped':
        return [{ at: start, sign: 'x', words: name }];
      case 'fault':
        return [{ at: start, sign: '!', words: name }];
      default:
        return [];
    }
  }
}

/** When a worker took a request: after it had waited in the queue. */
function startOf({ start, children }: Span): Micros {
  const queued = children.find(({ kind, name }) => kind === 'wait' && name === 'waited in the queue');
  return queued?.end ?? start;
}
