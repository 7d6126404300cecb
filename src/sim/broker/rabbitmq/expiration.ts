import { type Micros, NEVER } from '../../kernel/time.ts';
import { MILLISECOND } from './clock.ts';
import { Refusal } from './refusal.ts';

/** The longest time a server timer takes, in milliseconds. */
export const LONGEST_TIMER = 4_294_967_295;

/** The milliseconds of an `expiration`; refuses what is no whole number from 0 on. */
export function parseExpiration(text: string): number {
  const refused = (why: string): Refusal =>
    new Refusal('PRECONDITION_FAILED', `invalid expiration '${text}': ${why}`);
  const parts = /^([+-]?\d+)(.*)$/s.exec(text);
  if (!parts) throw refused('no_integer');
  const [, digits = '', rest = ''] = parts;
  const value = Number(digits);
  if (rest !== '') throw refused(`{leftover_string,"${rest}"}`);
  if (value < 0) throw refused(`{value_negative,${value}}`);
  if (value > LONGEST_TIMER) throw refused(`{value_too_big,${value}}`);
  return value;
}

/** How long a message may wait: the lower of its own expiration and its queue's; `NEVER` for as long as it takes. */
export function timeToLive(expiration: string | null, ofQueue: Micros | null): Micros {
  const own = expiration === null ? NEVER : Number(expiration) * MILLISECOND;
  return Math.min(own, ofQueue ?? NEVER);
}
