import type { Run } from '../run.ts';
import { collect } from './collector.ts';
import { emitted } from './emission.ts';
import type { EmittedSpan } from './span.ts';

export type { EmittedSpan, Fate } from './span.ts';

const known = new WeakMap<Run, readonly EmittedSpan[]>();

/**
 * Every span that the system of a run began, with what became of it on its way to the operators.
 *
 * A fold over the record with the telemetry settings that the run began with: that somebody watches changes nothing of
 * what happens.
 */
export function telemetryOf(run: Run): readonly EmittedSpan[] {
  const before = known.get(run);
  if (before) return before;
  const spans = emitted(run);
  collect(run, spans);
  known.set(run, spans);
  return spans;
}
