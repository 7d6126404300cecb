import { compileExpression } from '../expression/expression.ts';
import type { Row } from '../run.ts';
import type { System } from '../system.ts';
import type { Database } from './database.ts';

/** Fills the tables that start with one row for each entity: `rows: sku`. What columns say is worked out from the entity. */
export function seedTables(database: Database, { entities }: System): void {
  for (const table of database.tables()) {
    const { rows: entity, columns, key } = table.settings;
    if (entity === null) continue;
    const count = entities.countOf(entity) ?? 0;
    const vocabulary = {
      slots: new Map([
        [entity, 0],
        ['index', 1],
      ]),
      functions: new Map(),
    };
    const formulas = Object.entries(columns).map(
      ([column, source]) => [column, compileExpression(source, vocabulary)] as const,
    );
    for (let index = 1; index <= count; index++) {
      const thing = entities.at(entity, index);
      const row: Record<string, Row[string]> = { [key]: thing.name };
      const slots = [{ ...thing.data, id: thing.name }, index];
      for (const [column, formula] of formulas) row[column] = formula.evaluate(slots, null);
      table.apply(thing.name, { ...row, version: 1 }, -1);
    }
  }
}
