import { parseDuration } from '../sim/world/quantities.ts';

/** What is read of a check's result. */
interface Measured {
  readonly got: string;
  readonly count: number;
  readonly outcome: string;
}

const NUMBER = /^(-?\d+(?:\.\d+)?)(?: ?(%|us|µs|ms|s|m|h))?(?![\w.])/;

/**
 * The number that a check's `got` begins with: microseconds for a time, per cent for a share, else as it stands.
 *
 * A check that measures nothing, such as an invariant, is measured by its witnesses.
 */
export function measured({ got, count, outcome }: Measured): number | null {
  if (outcome === 'vacuous' || outcome === 'unknown') return null;
  const match = NUMBER.exec(got);
  if (!match) return count;
  const [, digits, unit] = match as unknown as [string, string, string | undefined];
  if (unit === undefined || unit === '%') return Number(digits);
  return parseDuration(digits + (unit === 'µs' ? 'us' : unit)) ?? null;
}
