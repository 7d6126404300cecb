import { formatMicros } from '../sim/kernel/time.ts';
import type { Run } from '../sim/run.ts';
import { type EmittedSpan, type Fate, telemetryOf } from '../sim/telemetry/index.ts';
import { counted, listed } from './text.ts';

const KINDS: Readonly<Record<EmittedSpan['kind'], string>> = {
  INTERNAL: 'did',
  SERVER: 'served',
  CLIENT: 'called',
  PRODUCER: 'produced:',
  CONSUMER: 'consumed:',
};

const MISSING: Readonly<Record<Exclude<Fate, 'stored'>, string>> = {
  unsampled: 'not sampled',
  crashed: 'lost with a process',
  open: 'not sent before the run ended',
  discarded: 'not kept by the collector',
};

/** What operators find when they look for something, such as order-17, in the traces that were stored. */
export function operatorWords(run: Run, subject: string): string {
  const spans = telemetryOf(run).filter((span) => span.subject === subject);
  const stored = spans.filter(({ fate }) => fate === 'stored');
  const traces = [...new Set(stored.map(({ context }) => context.trace))];
  const missing = (Object.keys(MISSING) as (keyof typeof MISSING)[])
    .map((fate) => [spans.filter((span) => span.fate === fate).length, MISSING[fate]] as const)
    .filter(([count]) => count > 0)
    .map(([count, why]) => `${count} ${why}`);
  const head = `Operators who look for ${subject} find ${
    traces.length === 0
      ? 'nothing'
      : `${counted(traces.length, 'trace')} with ${counted(stored.length, 'span')}`
  }.`;
  const gone = missing.length === 0 ? '' : ` Of the spans that were begun, ${listed(missing)}.`;
  return [head + gone, ...traces.map((trace) => traceWords(trace, stored))].join('\n');
}

function traceWords(trace: string, stored: readonly EmittedSpan[]): string {
  const own = stored.filter(({ context }) => context.trace === trace);
  const known = new Set(own.map(({ context }) => context.span));
  const roots = own.filter(({ parent }) => parent === null || !known.has(parent));
  return [`Trace ${trace}:`, ...roots.flatMap((root) => spanWords(root, own, 1))].join('\n');
}

function spanWords(span: EmittedSpan, all: readonly EmittedSpan[], depth: number): string[] {
  const { service, kind, name, start, end, failed, sidecar, parent, links } = span;
  const who = sidecar ? `The sidecar of ${service}` : service.charAt(0).toUpperCase() + service.slice(1);
  const orphan = depth === 1 && parent !== null ? ', after a span that is not there' : '';
  const linked = links.length === 0 ? '' : `, linked to trace ${links[0]?.trace}`;
  const took = end === null ? '' : `, took ${formatMicros(end - start)}`;
  const line = `${'  '.repeat(depth)}${who} ${KINDS[kind]} ${name}${failed ? ': error' : ''}${linked}${orphan}${took}, at ${formatMicros(start)}.`;
  const children = all.filter((each) => each.parent === span.context.span);
  return [line, ...children.flatMap((child) => spanWords(child, all, depth + 1))];
}
