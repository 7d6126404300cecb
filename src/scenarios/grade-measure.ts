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

const AMOUNT = '(?<digits>-?\\d+(?:\\.\\d+)?)(?: ?(?<unit>%|µs|ms|s)(?![\\w.]))?';

/** The ways in which a check's `got` names a number; the groups are the amount and the name. */
const FORMS = [
  new RegExp(`${AMOUNT} (?<name>success)\\b`, 'g'),
  new RegExp(`${AMOUNT} at (?<name>p\\d+)\\b`, 'g'),
  new RegExp(`(?<name>[a-z]\\w*\\([^)]*\\)) = ${AMOUNT}`, 'gi'),
  /(?:^|, )(?<digits>\d+(?:\.\d+)?)\/(?<name>s)\b/g,
] as const;
const FIRST = new RegExp(`^${AMOUNT}`);

function value({ digits, unit }: Readonly<Record<string, string | undefined>>): number {
  const plain = Number(digits);
  if (unit === undefined || unit === '%') return plain;
  return parseDuration(`${digits}${unit === 'µs' ? 'us' : unit}`) ?? plain;
}

/**
 * Reads the numbers out of what a check got: `98.7 % success, 1.2 s at p99` gives `success` and `p99`.
 *
 * An invariant is measured by how many broke it, under the name `broken`; so is a check whose text holds no number.
 */
export function measuresOf({ kind, got, count, outcome }: Measured): Measures {
  if (outcome === 'vacuous' || outcome === 'unknown') return {};
  const measures: Record<string, number> = {};
  for (const form of FORMS) {
    for (const { groups = {} } of got.matchAll(form)) {
      const name = groups['name'] === 's' ? 'rate' : (groups['name'] as string);
      measures[name] ??= value(groups);
    }
  }
  if (Object.keys(measures).length > 0) return measures;
  const first = kind === 'invariant' ? null : FIRST.exec(got);
  return first?.groups ? { [kind]: value(first.groups) } : { broken: count };
}
