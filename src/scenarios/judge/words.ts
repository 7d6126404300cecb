import { formatMicros, type Micros } from '../../sim/kernel/time.ts';

/** Parts per million as people write a share: `99 %`, `97.31 %`. Rounded down, so that 99.999 % is not shown as 100 %. */
export function percent(ppm: number): string {
  const hundredths = Math.floor(ppm / 100);
  const text = (hundredths / 100).toFixed(2).replace(/\.?0+$/, '');
  return `${text} %`;
}

/** A share of a whole in parts per million, rounded down. */
export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.floor((part * 1_000_000) / whole);
}

/** `1 order`, `3 orders`, `2 deliveries`. */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : plural(noun)}`;
}

/** The plural of an English noun of the regular kinds. */
function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

/** A number with at most three decimals. */
export function decimal(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(3).replace(/\.?0+$/, '');
}

/** A moment of a run: `0 s`, `12.418 s`. */
export function moment(time: Micros): string {
  return time === 0 ? '0 s' : formatMicros(time);
}
