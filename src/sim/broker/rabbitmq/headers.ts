import { type Binding, sameField } from './binding.ts';
import type { Table } from './message.ts';
import { Refusal } from './refusal.ts';

const KINDS = ['all', 'any', 'all-with-x', 'any-with-x'];

/** Refuses a binding of a headers exchange whose `x-match` is none of the four. */
export function checkMatchKind(given: Table): void {
  const kind = given['x-match'];
  if (kind === undefined) return;
  if (typeof kind !== 'string')
    throw new Refusal(
      'PRECONDITION_FAILED',
      `Invalid x-match field type (value ${JSON.stringify(kind)}); expected longstr`,
    );
  if (!KINDS.includes(kind))
    throw new Refusal(
      'PRECONDITION_FAILED',
      `Invalid x-match field value "${kind}"; expected all, any, all-with-x, or any-with-x`,
    );
}

/**
 * Whether a message's headers fit a binding's arguments.
 *
 * An argument without a value asks for the header's presence. Arguments that start with `x-` count
 * only in the kinds that say so; without any argument that counts, `all` fits and `any` does not.
 */
export function headersMatch({ arguments: wanted }: Binding, headers: Table | null): boolean {
  const kind = wanted['x-match'] ?? 'all';
  const any = kind === 'any' || kind === 'any-with-x';
  const withX = kind === 'all-with-x' || kind === 'any-with-x';
  for (const name of Object.keys(wanted)) {
    if (name === 'x-match' || (!withX && name.startsWith('x-'))) continue;
    const fits =
      headers !== null &&
      Object.hasOwn(headers, name) &&
      (wanted[name] === null || sameField(wanted[name], headers[name]));
    if (fits === any) return any;
  }
  return !any;
}
