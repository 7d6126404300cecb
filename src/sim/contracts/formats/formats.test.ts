import { describe, expect, test } from 'vitest';
import { type ContractField, contract } from '../../world/schema/contracts.ts';
import { type Generation, generationsOf } from '../generation.ts';
import { FORMATS } from './index.ts';
import { carriedField } from './protobuf.ts';

type Fields = Record<string, Partial<ContractField> | ContractField['type']>;

/** A generation with these fields, as a world would state them. */
function of(fields: Fields): Generation {
  const [first] = generationsOf(contract.parse({ operation: 'bank.price', fields }));
  if (!first) throw new Error('no generation');
  return first;
}

const reads = (format: keyof typeof FORMATS, reader: Fields, writer: Fields) =>
  FORMATS[format].canRead(of(reader), of(writer));

const ALL = ['avro', 'graphql', 'json-schema', 'openapi', 'protobuf'] as const;
const state = (...values: string[]) => ({ state: { enum: values } });

describe('every format', () => {
  test.each(ALL)('%s reads what it wrote itself', (format) => {
    const fields: Fields = {
      text: 'string',
      whole: 'int',
      long: 'long',
      part: 'double',
      yes: 'boolean',
      state: { enum: ['NEW', 'PAID'] },
      note: { default: 'none' },
    };
    expect(reads(format, fields, fields)).toBe(true);
  });

  test.each(ALL)('%s passes over a field that its reader does not know', (format) => {
    expect(reads(format, { a: 'int' }, { a: 'int', more: 'string' })).toBe(true);
  });

  test.each([
    ['avro', false],
    ['graphql', false],
    ['json-schema', false],
    ['protobuf', true], // it reads as zero, and nobody learns of it
  ] as const)('%s lets a field be missing that its reader needs: %s', (format, expected) => {
    expect(reads(format, { a: 'int', b: 'int' }, { a: 'int' })).toBe(expected);
  });

  test.each([
    ['avro', true],
    ['graphql', false], // a query that asks for it is refused whole
    ['json-schema', true],
    ['protobuf', true],
  ] as const)('%s lets a field be missing that its reader has a default for: %s', (format, expected) => {
    expect(reads(format, { a: 'int', b: { type: 'int', default: 0 } }, { a: 'int' })).toBe(expected);
  });

  test.each([
    ['avro', 'double', 'int', true],
    ['avro', 'int', 'double', false],
    ['avro', 'string', 'int', false],
    ['json-schema', 'double', 'int', true],
    ['json-schema', 'int', 'double', false],
    ['json-schema', 'boolean', 'int', false],
    ['protobuf', 'long', 'int', true],
    ['protobuf', 'boolean', 'int', true],
    ['protobuf', 'double', 'float', false],
    ['protobuf', 'int', 'string', false],
    ['graphql', 'double', 'float', true],
    ['graphql', 'string', 'int', false],
  ] as const)('%s reads as %s what was written as %s: %s', (format, reader, writer, expected) => {
    expect(reads(format, { a: reader }, { a: writer })).toBe(expected);
  });

  test.each([
    ['avro', false],
    ['json-schema', false],
    ['graphql', true], // a dangerous change, and no breaking one
    ['protobuf', true],
  ] as const)('%s lets an enumeration have a value that its reader does not know: %s', (format, expected) => {
    expect(reads(format, state('NEW'), state('NEW', 'PAID'))).toBe(expected);
  });

  test.each(['avro', 'json-schema'] as const)(
    '%s asks whether a field that is needed may be left out',
    (format) => {
      const written = { a: { type: 'int', default: 1 } } as const;
      // Avro always writes a field; its default is the reader's affair.
      expect(reads(format, { a: 'int' }, written)).toBe(format === 'avro');
    },
  );
});

describe('a format refuses', () => {
  test.each([
    ['avro', { a: { enum: ['on hold'] } }, 'symbol'],
    ['avro', { a: { type: 'int', default: 'none' } }, 'invalid'],
    ['graphql', { a: { enum: ['true'] } }, 'true'],
    ['json-schema', { a: { type: 'int', default: 'none' } }, 'the default of a: must be integer'],
    ['protobuf', { a: { number: 2 }, b: { number: 2 } }, 'duplicate id 2'],
  ] as const)('%s: %o', (format, fields, words) => {
    expect(() => FORMATS[format].check(of(fields as Fields))).toThrow(words);
  });
});

describe('on the wire of Protocol Buffers', () => {
  test('a field is known by its number, whatever it is called', () => {
    const carried = carriedField('amount', of({ amount: { number: 4 } }), of({ price: { number: 4 } }));
    expect(carried).toMatchObject({ from: 'price', lost: null });
  });

  test('bytes of another wire type are an unknown field', () => {
    const carried = carriedField('amount', of({ amount: 'int' }), of({ amount: 'string' }));
    expect(carried).toMatchObject({ from: null, lost: 'amount' });
  });

  test('values of an enumeration are numbers: in another order they are other values', () => {
    const { taken } = carriedField('state', of(state('NEW', 'PAID')), of(state('PAID', 'NEW', 'LOST')));
    expect([...taken]).toEqual([
      ['PAID', 'NEW'],
      ['NEW', 'PAID'],
    ]);
  });
});
