import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventRecord, Names, RUNG } from './record.ts';

type Row = Parameters<EventRecord['append']>;

const int = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const row: fc.Arbitrary<Row> = fc.tuple(
  fc.nat(2 ** 45),
  fc.nat(65_535),
  int,
  int,
  int,
  int,
  int,
  fc.double({ noNaN: false }),
  int,
);

function recordOf(rows: readonly Row[]): EventRecord {
  const record = new EventRecord();
  for (const one of rows) record.append(...one);
  return record;
}

/** Rows that all differ. */
function someRows(count: number): Row[] {
  return Array.from(
    { length: count },
    (_, i): Row => [i * 17, i % 9, i % 5, -1, i, i - 1, i % 3, i / 4, i & 7],
  );
}

describe('a record', () => {
  test('gives back what was appended, by reader and by column', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 50 }), (rows) => {
        const record = recordOf(rows);
        const columns = record.columns();
        const read = rows.map((_, i) => [
          record.timeAt(i),
          record.kindAt(i),
          record.placeAt(i),
          record.peerAt(i),
          record.subjectAt(i),
          record.causeAt(i),
          record.spanAt(i),
          record.valueAt(i),
          record.detailAt(i),
        ]);
        const { time, kind, place, peer, subject, cause, span, value, detail } = columns;
        const inColumns = rows.map((_, i) =>
          [time, kind, place, peer, subject, cause, span, value, detail].map((column) => column[i]),
        );
        const expected = rows.map((one) => one.map((cell) => cell + 0)); // minus zero is kept as zero
        expect(read).toEqual(expected);
        expect(inColumns).toEqual(expected);
      }),
    );
  });

  test('grows over many leaves and keeps its order', () => {
    const rows = someRows(3 * RUNG + 5);
    const record = new EventRecord();
    const indices = rows.map((one) => record.append(...one));
    expect(indices).toEqual(rows.map((_, i) => i));
    expect(record.length).toBe(rows.length);
    expect([...record.columns().subject]).toEqual(rows.map((one) => one[4]));
    expect(() => record.timeAt(rows.length)).toThrow(RangeError);
    expect(() => record.timeAt(-1)).toThrow(RangeError);
  });

  test('makes its columns once when nothing can change them any more, and anew before', () => {
    const record = recordOf(someRows(3));
    const before = record.columns();
    record.append(51, 3, 3, -1, 3, 2, 0, 0.75, 3);
    expect(record.columns().time).toHaveLength(4);
    expect(before.time).toHaveLength(3);
    record.seal();
    expect(record.columns()).toBe(record.columns());
  });

  test('takes no more events once it is sealed', () => {
    const record = recordOf(someRows(3));
    record.seal();
    expect(() => record.append(...someRows(1)[0]!)).toThrow('sealed');
    expect(record.length).toBe(3);
  });
});

describe('a fingerprint', () => {
  test('changes with any cell, and only then', () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 20 }),
        fc.nat(),
        fc.nat(8),
        row,
        (rows, at, column, other) => {
          const index = at % rows.length;
          const changed = rows.map((one) => [...one] as Row);
          changed[index]![column] = other[column]!;
          const same = Object.is(rows[index]![column]! + 0, changed[index]![column]! + 0);
          expect(recordOf(changed).fingerprint() === recordOf(rows).fingerprint()).toBe(same);
          expect(recordOf(rows).fingerprint()).toMatch(/^[0-9a-f]{16}$/);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('tells an order from another, and a prefix from the whole', () => {
    const [a, b] = someRows(2) as [Row, Row];
    const prints = [recordOf([]), recordOf([a]), recordOf([a, b]), recordOf([b, a])].map((one) =>
      one.fingerprint(),
    );
    expect(new Set(prints).size).toBe(4);
  });

  test('is not disturbed by minus zero and the many forms of NaN', () => {
    const strangeNaN = new Float64Array(new BigUint64Array([0xfff8_0000_0000_1234n]).buffer)[0]!;
    const withValue = (value: number) => recordOf([[1, 1, 1, 1, 1, 1, 1, value, 1]]).fingerprint();
    expect(withValue(-0)).toBe(withValue(0));
    expect(withValue(strangeNaN)).toBe(withValue(Number.NaN));
    expect(withValue(Number.NaN)).not.toBe(withValue(0));
  });

  test('covers the texts that were interned before an event', () => {
    const withTexts = (...texts: string[]) => {
      const record = new EventRecord();
      for (const text of texts) record.names.intern(text);
      record.append(...someRows(1)[0]!);
      return record.fingerprint();
    };
    expect(withTexts('cart')).toBe(withTexts('cart', 'cart'));
    const prints = [
      withTexts(),
      withTexts('cart'),
      withTexts('card'),
      withTexts('cart', 'x'),
      withTexts('x', 'cart'),
    ];
    expect(new Set(prints).size).toBe(5);
  });

  test('has not changed since it was introduced', () => {
    const record = new EventRecord();
    record.names.intern('order-17');
    for (const one of someRows(1000)) record.append(...one);
    expect(record.fingerprint()).toMatchInlineSnapshot(`"304e05d0de4147e8"`);
  });

  test('of two records that differ in one bit shares no more bits than chance', () => {
    let bits = 0;
    for (let i = 0; i < 64; i++) {
      const rows = someRows(3);
      const before = BigInt(`0x${recordOf(rows).fingerprint()}`);
      rows[1]![4] ^= 1 << (i % 32);
      rows[1]![0] += i;
      let differing = before ^ BigInt(`0x${recordOf(rows).fingerprint()}`);
      for (; differing > 0n; differing >>= 1n) bits += Number(differing & 1n);
    }
    expect(bits / 64).toBeGreaterThan(28);
    expect(bits / 64).toBeLessThan(36);
  });
});

describe('the ladder', () => {
  test('has a rung for every 4096 events, which is the fingerprint of that prefix', () => {
    const rows = someRows(2 * RUNG + 100);
    const record = new EventRecord();
    const early = new Map<number, string>();
    rows.forEach((one, i) => {
      if (i % 1000 === 0) record.names.intern(`text ${i}`);
      record.append(...one);
      if (i % 511 === 0 || (i + 1) % RUNG === 0) early.set(i + 1, record.fingerprint());
    });
    expect(record.ladder).toEqual([early.get(RUNG), early.get(2 * RUNG)]);
    for (const [count, print] of early) expect(record.prefixFingerprint(count)).toBe(print);
    expect(record.prefixFingerprint(record.length)).toBe(record.fingerprint());
    expect(record.prefixFingerprint(0)).toBe(new EventRecord().fingerprint());
    expect(() => record.prefixFingerprint(record.length + 1)).toThrow(RangeError);
  });
});

describe('names', () => {
  test('have a number each, from 0 in order of first use', () => {
    const names = new Names();
    expect(['b', 'a', 'b', '__proto__'].map((text) => names.intern(text))).toEqual([0, 1, 0, 2]);
    expect([names.size, names.text(1), names.find('a'), names.find('c')]).toEqual([3, 'a', 1, -1]);
    expect(() => names.text(3)).toThrow(RangeError);
  });
});
