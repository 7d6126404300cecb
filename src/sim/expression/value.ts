/** What an expression reads and what it gives: plain data, nothing that can act. */
export type Value = number | string | boolean | null | readonly Value[] | { readonly [field: string]: Value };

/** A value made of named fields. */
export type Fields = { readonly [field: string]: Value };

/** The largest whole number an expression may hold, either side of zero: beyond it sums are no longer exact. */
export const LARGEST = Number.MAX_SAFE_INTEGER;

/** Whether a value is a list. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether a value has named fields. */
export function isFields(value: Value): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a message calls a value: "a number", "text", "a list". */
export function typeName(value: Value): string {
  if (value === null) return 'null';
  if (isList(value)) return 'a list';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'true or false';
  return 'an object';
}

/** Equality as CEL has it: deep, and false between unlike types rather than an error. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (isList(a) || isList(b)) return isList(a) && isList(b) && equalLists(a, b);
  return equalFields(a, b);
}

function equalLists(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((item, index) => equal(item, b[index] ?? null));
}

function equalFields(a: Fields, b: Fields): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && equal(a[name] ?? null, b[name] ?? null));
}
