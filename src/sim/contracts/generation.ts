import type { Value } from '../expression/value.ts';
import type { Contract, ContractField } from '../world/schema/contracts.ts';

/** The generation that a contract is written with. */
export const FIRST_GENERATION = 'g1';

/** One state of a contract. */
export interface Generation {
  readonly name: string;
  /** Each with its number: the one it was given, or its place in this generation. */
  readonly fields: ReadonlyMap<string, ContractField>;
}

/** All generations of a contract, in order: each is the one before it, changed. */
export function generationsOf({ fields, versions }: Contract): readonly Generation[] {
  let now = new Map(Object.entries(fields));
  const all: Generation[] = [{ name: FIRST_GENERATION, fields: numbered(now) }];
  for (const [name, patch] of Object.entries(versions)) {
    now = new Map(now);
    for (const [field, change] of Object.entries(patch.fields)) {
      if (change === null) now.delete(field);
      else now.set(field, change);
    }
    all.push({ name, fields: numbered(now) });
  }
  return all;
}

const numbered = (fields: Generation['fields']): Generation['fields'] =>
  new Map([...fields].map(([name, field], at) => [name, { ...field, number: field.number ?? at + 1 }]));

/** A generation as a reader of some of its fields sees it. */
export const restricted = ({ name, fields }: Generation, to: readonly string[]): Generation => ({
  name,
  fields: new Map(
    to.flatMap((field) => {
      const settings = fields.get(field);
      return settings ? [[field, settings] as const] : [];
    }),
  ),
});

/** What stands for nothing in a field of this type: what Protocol Buffers read where nothing was written. */
export const zeroOf = ({ type, enum: values }: ContractField): Value =>
  values?.[0] ?? (type === 'string' ? '' : type === 'boolean' ? false : 0);
