import type { World } from '../../../sim/world/schema/world.ts';
import type { RunView } from '../view.ts';
import { counted } from '../words.ts';
import type { Law } from './law.ts';

/** Tables hold at the end what was last committed to them, and nothing else. */
export const rows: Law = {
  need: 'rows are conserved: each table ends with the last committed version of each row',
  *judge(view) {
    const { run, columns } = view;
    const written = lastWrites(view);
    let compared = 0;
    for (const [table, final] of run.tables) {
      const expires = ttlOf(run.world, table) !== null;
      const mine = written.get(view.number(table)) ?? new Map<number, number>();
      for (const [key, record] of mine) {
        const version = columns.value[record]!;
        const name = view.text(key) ?? '';
        const row = final.get(name);
        compared++;
        const right = row === undefined ? version === 0 || expires : row.version === version;
        if (right) continue;
        const ends = row === undefined ? 'is not there' : `has version ${String(row.version)}`;
        const last = version === 0 ? 'it was deleted' : `version ${version} was committed`;
        yield {
          message: `${name} in ${table} ${ends}, after ${last}`,
          subject: view.subjectOf(record),
          at: columns.time[record]!,
          records: [record],
        };
      }
    }
    return counted(compared, 'written row');
  },
};

/** The last write of each row, by the numbers of table and key. */
function lastWrites(view: RunView): Map<number, Map<number, number>> {
  const { place, detail } = view.columns;
  const written = new Map<number, Map<number, number>>();
  for (const record of view.recordsOf('write')) {
    let table = written.get(place[record]!);
    if (!table) {
      table = new Map();
      written.set(place[record]!, table);
    }
    table.set(detail[record]!, record);
  }
  return written;
}

function ttlOf(world: World, place: string): number | null {
  const [owner = '', table = ''] = place.split('.db/');
  const service = world.services[owner] ?? world.externals[owner];
  return service?.db?.tables[table]?.ttl ?? null;
}
