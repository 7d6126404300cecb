/** Microseconds in each unit, longest name first so that `ms` is not read as `m`. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1_000],
  ['us', 1],
  ['µs', 1],
  ['d', 86_400_000_000],
  ['h', 3_600_000_000],
  ['m', 60_000_000],
  ['s', 1_000_000],
]);

const PART = /(\d+)(?:\.(\d{1,9}))?(ms|us|µs|d|h|m|s)/y;

/**
 * Microseconds in a length of time written as CEL and Go write it (`5s`, `1h30m`, `1.5s`, `-2ms`), plus `d` for days.
 *
 * Less than a microsecond is rounded. `undefined` if the text is not one.
 */
export function durationOf(text: string): number | undefined {
  const negative = text.startsWith('-');
  let at = negative ? 1 : 0;
  if (at === text.length) return undefined;
  let total = 0;
  while (at < text.length) {
    PART.lastIndex = at;
    const part = PART.exec(text);
    if (!part) return undefined;
    const [all, whole = '', fraction = '', unit = ''] = part;
    const micros = UNITS.get(unit) ?? 0;
    const scale = Number(`1${'0'.repeat(fraction.length)}`);
    total += Number(whole) * micros + Math.round((Number(fraction) * micros) / scale);
    at += all.length;
  }
  return negative ? 0 - total : total;
}
