import { expect, test } from 'vitest';
import { EventRecord, RUNG } from '../sim/kernel/record.ts';
import { firstParting } from './ladder.ts';
import { migrate } from './migrate.ts';

/** A record in which one event's value may differ. */
function identity(length: number, odd?: number) {
  const record = new EventRecord();
  for (let i = 0; i < length; i++) record.append(i, 0, -1, -1, -1, i - 1, -1, i === odd ? 1 : 0, -1);
  return { fingerprint: record.fingerprint(), ladder: record.ladder, length };
}

test('equal runs do not part', () => {
  expect(firstParting(identity(10_000), identity(10_000))).toBeUndefined();
});

test('runs part in the first rung that differs', () => {
  const odd = RUNG + 5;
  expect(firstParting(identity(3 * RUNG), identity(3 * RUNG, odd))).toEqual({
    rung: 1,
    from: RUNG,
    to: 2 * RUNG,
  });
});

test('runs that differ after their last full rung part there', () => {
  expect(firstParting(identity(RUNG + 50), identity(RUNG + 50, RUNG + 40))).toMatchObject({ rung: 1 });
  expect(firstParting(identity(RUNG + 50), identity(RUNG + 60))).toMatchObject({ rung: 1 });
});

test('a document is raised one version after the other, from where it stands', () => {
  const migrations = [
    (document: object) => ({ ...document, second: true }),
    (document: object) => ({ ...document, third: 'second' in document }),
  ];
  expect(migrate({ version: 1 }, 1, migrations)).toEqual({ version: 1, second: true, third: true });
  expect(migrate({ version: 2 }, 2, migrations)).toEqual({ version: 2, third: false });
  expect(migrate({ version: 3 }, 3, migrations)).toEqual({ version: 3 });
});
