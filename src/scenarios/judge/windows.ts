import type { Micros } from '../../sim/kernel/time.ts';
import type { FaultReport, Run } from '../../sim/run.ts';
import type { Window } from '../../sim/world/quantities.ts';
import { moment } from './words.ts';

/** A stretch of time, its end not included. */
export interface Stretch {
  readonly from: Micros;
  readonly to: Micros;
}

/** The moments of a run that a check looks at. */
export interface Scope {
  contains(at: Micros): boolean;
  /** How much of a stretch is looked at. */
  covered(from: Micros, to: Micros): Micros;
  /** The last moment in scope of a stretch, its end included; undefined where it has none. */
  lastIn(from: Micros, to: Micros): Micros | undefined;
  /** The first moment in scope of a stretch, its end included. */
  firstIn(from: Micros, to: Micros): Micros | undefined;
  /** A fault named by `during` or `outside` that never struck: the scope means nothing then. */
  readonly idleFault: string | undefined;
  /** " during slow", " outside 60 s..90 s", or nothing. */
  readonly words: string;
}

/** Resolves `during` and `outside`. What happens in the run's warm-up is never in scope. */
export function scopeOf(run: Run, during: Window | null, outside: Window | null): Scope {
  const warmup = run.world.run.warmup;
  const within = during && stretchOf(run, during);
  const without = outside && stretchOf(run, outside);
  const from = Math.max(warmup, within ? within.from : 0);
  const to = within ? within.to : Number.POSITIVE_INFINITY;
  const idle = [during, outside].find(
    (window) => window !== null && 'fault' in window && neverFired(run, window.fault),
  );
  const contains = (at: Micros) =>
    at >= from && at < to && !(without && at >= without.from && at < without.to);
  return {
    contains,
    // A moment in scope lies at an end of the stretch, or at a border of the scope inside it.
    lastIn: (a, b) => pick([Math.min(b, to - 1), without ? without.from - 1 : b], a, b, contains, true),
    firstIn: (a, b) => pick([Math.max(a, from), without ? without.to : a], a, b, contains, false),
    covered: (a, b) => {
      const whole = overlap(a, b, from, to);
      if (!without) return whole;
      return whole - overlap(Math.max(a, from), Math.min(b, to), without.from, without.to);
    },
    idleFault: idle && 'fault' in idle ? idle.fault : undefined,
    words: (during ? ` during ${describe(during)}` : '') + (outside ? ` outside ${describe(outside)}` : ''),
  };
}

function pick(
  candidates: readonly Micros[],
  from: Micros,
  to: Micros,
  contains: (at: Micros) => boolean,
  last: boolean,
): Micros | undefined {
  const good = candidates.filter((at) => at >= from && at <= to && contains(at));
  if (good.length === 0) return undefined;
  return last ? Math.max(...good) : Math.min(...good);
}

function overlap(a: Micros, b: Micros, from: Micros, to: Micros): Micros {
  return Math.max(0, Math.min(b, to) - Math.max(a, from));
}

/** The stretch that a window means in this run; an unknown fault has none. */
function stretchOf(run: Run, window: Window): Stretch {
  if (!('fault' in window)) return window;
  const report = faultOf(run, window.fault);
  return report ? strikes(run, report) : { from: 0, to: 0 };
}

/** What became of a fault. */
export function faultOf(run: Run, id: string): FaultReport | undefined {
  return run.faults.find((report) => report.id === id);
}

/** From a fault's first possible moment to its end; one without a written end ends with its last strike. */
export function strikes(run: Run, { from, to, first, last }: FaultReport): Stretch {
  const written = to > from && to < run.until;
  return { from: Math.max(from, written ? from : (first ?? from)), to: written ? to : (last ?? from) + 1 };
}

function neverFired(run: Run, id: string): boolean {
  return (faultOf(run, id)?.fired ?? 0) === 0;
}

/** A window as a person wrote it. */
function describe(window: Window): string {
  if ('fault' in window) return window.fault;
  const open = window.to > 86_400_000_000; // beyond the longest run
  return `${moment(window.from)}..${open ? '' : moment(window.to)}`;
}
