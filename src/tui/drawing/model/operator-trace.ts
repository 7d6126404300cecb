import type { Run } from '../../../sim/run.ts';
import { type EmittedSpan, telemetryOf } from '../../../sim/telemetry/index.ts';
import type { Trace, TraceRow } from './trace.ts';

/** The way of one entity as operators find it: the spans that were stored, one trace after the other. */
export function operatorTraceOf(run: Run, subject: string): Trace {
  const spans = telemetryOf(run).filter((span) => span.subject === subject && span.fate === 'stored');
  const rows = [...new Set(spans.map(({ context }) => context.trace))].flatMap((trace) =>
    rowsOf(spans.filter(({ context }) => context.trace === trace)),
  );
  const from = Math.min(...spans.map(({ start }) => start));
  const to = Math.max(...spans.map(({ start, end }) => end ?? start));
  return spans.length === 0 ? { subject, rows, from: 0, to: 1 } : { subject, rows, from, to };
}

/** The spans of one trace, children below their parents; one whose parent is not there begins anew, with a mark. */
function rowsOf(spans: readonly EmittedSpan[]): TraceRow[] {
  const known = new Set(spans.map(({ context }) => context.span));
  const rows: TraceRow[] = [];
  const add = (span: EmittedSpan, depth: number): void => {
    rows.push(rowOf(span, depth));
    for (const child of spans) if (child.parent === span.context.span) add(child, depth + 1);
  };
  for (const span of spans) if (span.parent === null || !known.has(span.parent)) add(span, 0);
  return rows;
}

function rowOf(span: EmittedSpan, depth: number): TraceRow {
  const { record, service, sidecar, kind, name, start, end, failed, parent, links } = span;
  const waits = kind === 'CLIENT' || kind === 'PRODUCER';
  const cut = depth === 0 && (parent !== null || links.length > 0);
  return {
    record,
    depth,
    label: `${cut ? '… ' : ''}${service}${sidecar ? ' sidecar' : ''}${waits ? ' > ' : ' '}${name}`,
    waited: { from: start, to: end },
    worked: waits ? [] : [{ from: start, to: end }],
    status: failed ? 'failed' : 'ok',
    ending: failed ? 'error' : '',
    signs: [],
  };
}
