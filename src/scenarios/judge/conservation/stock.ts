import type { World } from '../../../sim/world/schema/world.ts';
import { factsOf, operationsOf } from '../fact-names.ts';
import type { Finding } from '../verdict.ts';
import type { RunView } from '../view.ts';
import { counted } from '../words.ts';
import type { Law } from './law.ts';

/** A table whose column `available` starts with an attribute of each entity. */
interface Shelf {
  readonly table: string;
  readonly entity: string;
  readonly attribute: string;
  /** Operations that set the column without a fact: a count by hand, say. */
  readonly silent: readonly string[];
}

const COLUMN = 'available';
const TAKES = 'reserved';
const GIVES = 'released';

/** What left the shelf was reserved, what came back was released, and nothing is sold that was never there. */
export const stock: Law = {
  need: 'stock is conserved: what there was = available + reserved - released, never below zero',
  *judge(view) {
    let kept = 0;
    for (const shelf of shelvesOf(view.run.world)) {
      // Goods may be counted anew outright; then what was reserved tells nothing about what there is.
      if (shelf.silent.some((operation) => requested(view, operation))) continue;
      for (const [name, row] of view.run.tables.get(shelf.table) ?? []) {
        const subject = view.run.subjects.get(name);
        const initial = subject?.data[shelf.attribute];
        const left = row[COLUMN];
        if (subject === undefined || typeof initial !== 'number' || typeof left !== 'number') continue;
        kept++;
        yield* judgeShelf(view, shelf, name, initial, left);
      }
    }
    return kept === 0 ? 'no stock is kept by reservations' : counted(kept, 'row');
  },
};

function* judgeShelf(
  view: RunView,
  { table, entity }: Shelf,
  name: string,
  initial: number,
  left: number,
): Generator<Finding> {
  const { facts, until } = view.run;
  const records: number[] = [];
  let out = 0;
  for (const index of view.facts.of(entity).get(name) ?? []) {
    const fact = facts[index]!;
    if (fact.name !== TAKES && fact.name !== GIVES) continue;
    const { qty } = fact.fields;
    const quantity = typeof qty === 'number' ? qty : 1;
    out += fact.name === TAKES ? quantity : -quantity;
    records.push(fact.record);
  }
  const about = { subject: name, at: until, records: records.slice(-20) };
  if (left < 0) yield { message: `${name}: ${left} available in ${table}`, ...about };
  if (left + out !== initial) {
    yield {
      message: `${name}: ${initial} to begin with, ${left} available in ${table}, ${out} reserved`,
      ...about,
    };
  }
}

function requested(view: RunView, operation: string): boolean {
  const number = view.number(operation);
  return number >= 0 && view.recordsOf('request').some((record) => view.columns.place[record] === number);
}

function shelvesOf(world: World): Shelf[] {
  const shelves: Shelf[] = [];
  for (const [service, { db }] of Object.entries(world.services)) {
    for (const [name, { rows, columns }] of Object.entries(db?.tables ?? {})) {
      const fed = /^([a-z]\w*)\.(\w+)$/.exec(columns[COLUMN] ?? '');
      if (rows === null || fed?.[1] !== rows) continue;
      const table = `${service}.db/${name}`;
      shelves.push({
        table,
        entity: rows,
        attribute: fed[2]!,
        silent: silentWriters(world, service, name, table),
      });
    }
  }
  return shelves;
}

/** Operations with a step that sets the column, and records neither what it takes nor what it gives. */
function silentWriters(world: World, owner: string, table: string, fullName: string): string[] {
  const found: string[] = [];
  for (const { service, name, operation } of operationsOf(world)) {
    for (const step of Object.values(operation.steps)) {
      const target = step.fields[step.verb];
      if (target !== fullName && !(service === owner && target === table)) continue;
      const { set } = step.fields as { readonly set?: unknown };
      const writes = typeof set === 'string' || (typeof set === 'object' && set !== null && COLUMN in set);
      const facts = Object.keys(factsOf(step));
      if (writes && !facts.includes(TAKES) && !facts.includes(GIVES)) found.push(`${service}.${name}`);
    }
  }
  return found;
}
