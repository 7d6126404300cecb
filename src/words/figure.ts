import type { MeasureUnit } from '../scenarios/measure-unit.ts';
import { formatMicros } from '../sim/kernel/time.ts';

const number = (value: number): string => String(Math.round(value * 1000) / 1000);

/** A number about a run with its unit: `31.2 ms`, `98.4 percent`, `12 points`, `850`. */
export function figureWords(value: number, unit: MeasureUnit, perCent = 'percent'): string {
  if (unit === 'µs') return formatMicros(Math.round(value));
  if (unit === '%') return `${number(value)} ${perCent}`;
  return unit === 'points' ? `${number(value)} points` : number(value);
}
