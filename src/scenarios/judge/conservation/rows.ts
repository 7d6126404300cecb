import type { World } from '../../../sim/world/schema/world.ts';
import type { RunView } from '../view.ts';
import { counted } from '../words.ts';
import type { Law } from './law.ts';

/** Tables hold at the end what was last committed to them, and nothing else. */
export const rows: Law = {
  need: 'rows are conserved: each table ends with the last committed version of each row',
  *judge(view) {
    const { run, columns } = view;
    let compared = 0;
    for (const record of lastWrites(view)) {
      const table = view.text(columns.place[record]!) ?? '';
      const final = run.tables.get(table);
      if (!final) continue;
      compared++;
      const version = columns.value[record]!;
      const name = view.text(columns.detail[record]!) ?? '';
      const row = final.get(name);
      const right =
        row === undefined ? version === 0 || ttlOf(run.world, table) !== null : row.version === version;
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
    return counted(compared, 'written row');
  },
};

/** The last write of each row, the latest first. */
function lastWrites(view: RunView): number[] {
  const { place, detail } = view.columns;
  const writes = view.recordsOf('write');
  const seen = new Map<number, Uint8Array>();
  const last: number[] = [];
  for (let i = writes.length - 1; i >= 0; i--) {
    const record = writes[i]!;
    let keys = seen.get(place[record]!);
    if (!keys) {
      keys = new Uint8Array(view.names.size);
      seen.set(place[record]!, keys);
    }
    const key = detail[record]!;
    if (keys[key] === 1) continue;
    keys[key] = 1;
    last.push(record);
  }
  return last;
}

function ttlOf(world: World, place: string): number | null {
  const [owner = '', table = ''] = place.split('.db/');
  const service = world.services[owner] ?? world.externals[owner];
  return service?.db?.tables[table]?.ttl ?? null;
}
