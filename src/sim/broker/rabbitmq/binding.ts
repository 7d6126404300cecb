import type { Field, Table } from './message.ts';

/** Where a binding leads. */
type DestinationKind = 'queue' | 'exchange';

/** A rule by which an exchange passes messages on. */
export interface Binding {
  readonly source: string;
  readonly kind: DestinationKind;
  readonly destination: string;
  readonly key: string;
  readonly arguments: Table;
}

/** What makes two bindings the same one: all of it, and arguments in any order. */
export function identity({ kind, destination, key, arguments: given }: Binding): string {
  const names = Object.keys(given).sort((a, b) => (a < b ? -1 : 1));
  return JSON.stringify([kind, destination, key, names.map((name) => [name, given[name]])]);
}

/** Values are compared as the server does: numbers by value, lists and tables by their parts in order. */
export function sameField(a: Field | undefined, b: Field | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return JSON.stringify(a) === JSON.stringify(b);
}
