import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Exercise } from '../scenarios/exercise.ts';
import { readSymbols } from './base32.ts';
import { withChecks, withoutChecks } from './checksum.ts';
import { readCode, writeCode } from './code.ts';
import { Packer, Unpacker } from './packing.ts';

/** What a code reads of an exercise: two decisions of two and three options. */
function exercise(changes: Partial<Exercise> = {}): Exercise {
  const option = (id: string) => ({ id });
  const partial: unknown = {
    id: 'EX-703',
    title: 'Charged twice',
    hash: '0123456789abcdef',
    seeds: { practice: 7, grade: 20 },
    decide: [
      { id: 'retry', options: [option('a'), option('b')] },
      { id: 'queue', options: [option('x'), option('y'), option('z')] },
    ],
    ...changes,
  };
  return partial as Exercise; // codes read these keys and no others
}

const plain = { choices: {}, seed: '7', position: null, interventions: [] };

function codeOf(moment: Partial<Parameters<typeof writeCode>[1]> = {}): string {
  const written = writeCode(exercise(), { ...plain, ...moment });
  if (!written.ok) throw new Error(written.reason);
  return written.code;
}

const moments = fc.record({
  choices: fc.record(
    { retry: fc.constantFrom('a', 'b'), queue: fc.constantFrom('x', 'y', 'z') },
    { requiredKeys: [] },
  ),
  seed: fc.oneof(
    fc.constant('7'),
    fc.nat().map((n) => `g${n}`),
    fc.nat().map(String),
    fc.string({ unit: 'grapheme', maxLength: 6 }),
    fc.constantFrom('g01', '007', 'g', '-1', '1e3', ''),
  ),
  position: fc.option(fc.nat(20_000_000)),
  interventions: fc.constantFrom([], [{ at: 5, chaos: { x: null } }]),
});

describe('a code', () => {
  test('is short, in groups, and free of letters that look like digits', () => {
    expect(codeOf({ choices: { retry: 'b', queue: 'z' }, seed: 'g12', position: 4711 })).toMatch(
      /^[0-9A-HJKMNP-TV-Z]{4,5}(-[0-9A-HJKMNP-TV-Z]{1,5}){4}$/,
    );
  });

  test('asks only for the exercise that it is about to be read', () => {
    const unread = (id: string, read: () => Exercise) => ({ id, read });
    const other = unread('EX-1', () => {
      throw new Error('the code is not about this one');
    });
    expect(readCode(codeOf({ seed: '9' }), [other, unread('EX-703', () => exercise())])).toMatchObject({
      ok: true,
      exercise: { title: 'Charged twice' },
      moment: { seed: '9' },
    });
  });

  test('gives back the moment it was made of', () => {
    fc.assert(
      fc.property(moments, (moment) => {
        const written = writeCode(exercise(), moment);
        if (!written.ok) return;
        expect(readCode(written.code, [exercise()])).toEqual({ ok: true, exercise: exercise(), moment });
      }),
    );
  });

  test('may be typed in lower case, without dashes, with O for 0 and L for 1', () => {
    const code = codeOf({ position: 17 });
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(readCode(typed, [exercise()])).toMatchObject({ ok: true, moment: { position: 17 } });
  });

  test('tells every wrong letter, and which one it is', () => {
    fc.assert(
      fc.property(moments, fc.nat(), fc.integer({ min: 1, max: 31 }), (moment, pick, shift) => {
        const written = writeCode(exercise(), moment);
        if (!written.ok) return;
        const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
        const letters = [...written.code.replaceAll('-', '')];
        const place = pick % letters.length;
        const right = letters[place] as string;
        letters[place] = alphabet[(alphabet.indexOf(right) + shift) % 32] as string;
        const reading = readCode(letters.join(''), [exercise()]);
        expect(reading).toMatchObject({ ok: false, why: 'misspelt' });
        if (!reading.ok)
          expect(reading.fix).toMatch(
            new RegExp(`\\b${place + 1}(st|nd|rd|th) letter, ., should be ${right}`),
          );
      }),
    );
  });

  test('tells two neighbours that changed places', () => {
    fc.assert(
      fc.property(moments, fc.nat(), (moment, pick) => {
        const written = writeCode(exercise(), moment);
        if (!written.ok) return;
        const letters = [...written.code.replaceAll('-', '')];
        const place = pick % (letters.length - 1);
        fc.pre(letters[place] !== letters[place + 1]);
        letters.splice(place, 2, letters[place + 1] as string, letters[place] as string);
        expect(readCode(letters.join(''), [exercise()])).toMatchObject({ ok: false, why: 'misspelt' });
      }),
    );
  });

  test('never throws, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => !readCode(text, [exercise()]).ok),
    );
  });

  test('names a letter that codes do not use', () => {
    expect(readCode('1U345-67890', [exercise()])).toMatchObject({
      ok: false,
      why: 'misspelt',
      message: 'the 2nd letter of this code is "U", which codes do not use',
    });
  });
});

describe('a code that cannot be replayed here says why, and what to do', () => {
  test('for an exercise that is not here', () => {
    expect(readCode(codeOf(), [exercise({ id: 'EX-101' })])).toMatchObject({
      ok: false,
      why: 'unknown-exercise',
    });
  });

  test('for an exercise that has changed', () => {
    const reading = readCode(codeOf(), [exercise({ hash: 'f123456789abcdef' })]);
    expect(reading).toMatchObject({ ok: false, why: 'changed-exercise' });
    if (!reading.ok) expect(reading.message).toContain('EX-703 (Charged twice) has changed');
  });

  test('for another engine', () => {
    const symbols = readSymbols(codeOf()) as number[];
    const other = withChecks([symbols[0] as number, 9, ...symbols.slice(2, -2)]);
    const text = other.map((value) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[value]).join('');
    expect(readCode(text, [exercise()])).toMatchObject({
      ok: false,
      why: 'other-engine',
      fix: `npx brownout@latest replay ${text}`,
    });
  });

  test('for a newer way of packing', () => {
    const symbols = readSymbols(codeOf()) as number[];
    const newer = withChecks([30, ...symbols.slice(1, -2)]);
    const text = newer.map((value) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[value]).join('');
    expect(readCode(text, [exercise()])).toMatchObject({ ok: false, why: 'newer-packing' });
  });
});

test('what is too long for a code is refused with its reason', () => {
  const interventions = [{ at: 1, patch: { services: { checkout: { replicas: 3, workers: 100 } } } }];
  expect(writeCode(exercise(), { ...plain, interventions })).toMatchObject({ ok: false });
  expect(writeCode(exercise(), { ...plain, seed: 'x'.repeat(100) })).toEqual({
    ok: false,
    reason: expect.stringMatching(/^the seed would make a code of \d+ letters: save a replay file instead$/),
  });
});

test('the two checks come off as they went on', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(31), { maxLength: 90 }), (symbols) => {
      expect(withoutChecks(withChecks(symbols))).toEqual(symbols);
    }),
  );
});

test('packed numbers and bytes come out as they went in', () => {
  fc.assert(
    fc.property(
      fc.maxSafeNat(),
      fc.nat(2 ** 20 - 1),
      fc.uint8Array({ maxLength: 40 }),
      (number, fixed, bytes) => {
        const packer = new Packer();
        packer.number(number);
        packer.fixed(fixed, 4);
        packer.bytes(bytes);
        const unpacker = new Unpacker(packer.symbols);
        expect([unpacker.number(), unpacker.fixed(4), unpacker.bytes(), unpacker.rest]).toEqual([
          number,
          fixed,
          bytes,
          0,
        ]);
      },
    ),
  );
});
