import { parseDuration } from '../sim/world/quantities.ts';

/** What is read of a check's result. */
interface Measured {
  readonly kind: string;
  readonly got: string;
  readonly count: number;
  readonly outcome: string;
}

/** The numbers that a check gave, by name: microseconds for a time, per cent for a share, else as they stand. */
export type Measures = Readonly<Record<string, number>>;

const UNIT = '(?: ?(%|us|µs|ms|s|m|h)(?:/s)?)?(?![\\w.])';
const NAMED = new RegExp(`(?:^|[,;] )([a-z]\\w*(?:\\([^)]*\\))?) (?:= )?(-?\\d+(?:\\.\\d+)?)${UNIT}`, 'g');
const FIRST = new RegExp(`^(-?\\d+(?:\\.\\d+)?)${UNIT}`);

function value(digits: string, unit: string | undefined): number {
  if (unit === undefined || unit === '%') return Number(digits);
  return parseDuration(digits + (unit === 'µs' ? 'us' : unit)) ?? Number(digits);
}

/**
 * Reads the numbers out of what a check got: `success 98.7 %, p99 1.2 s` gives `success` and `p99`.
 *
 * An invariant is measured by how many broke it, under the name `broken`; so is a check whose text holds no number.
 */
export function measuresOf({ kind, got, count, outcome }: Measured): Measures {
  if (outcome === 'vacuous' || outcome === 'unknown') return {};
  if (kind === 'invariant' && !got.includes(' = ')) return { broken: count };
  const measures: Record<string, number> = {};
  for (const [, name, digits, unit] of got.matchAll(NAMED))
    measures[name as string] ??= value(digits as string, unit);
  if (Object.keys(measures).length > 0) return measures;
  const first = FIRST.exec(got);
  return first ? { [kind]: value(first[1] as string, first[2]) } : { broken: count };
}
