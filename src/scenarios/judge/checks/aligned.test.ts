import { describe, expect, test } from 'vitest';
import { shop } from '../../../sim/testing.fixture.ts';
import { resultOf } from '../history.fixture.ts';

/** A bank that says of a payment what the shop would call something else. */
const BANK = `
  contracts: { Standing: { operation: bank.ask, fields: { status: { concept: ending, words: { VOID: cancelled } } } } }
  services:
    shop: { reads: { Standing: [status] }, operations: { order: { steps: { ask: { call: bank.ask } } } } }
    bank: { operations: { ask: { steps: { answer: { reply: { status: "'VOID'" } } } } } }
`;
const aligned = { aligned: 'ending' };

describe('a concept', () => {
  test('is not told in words that all share where a reader takes one for something else', () => {
    const result = resultOf(aligned, shop(BANK));
    expect(result).toMatchObject({ outcome: 'invalid', count: 1, measures: { readers: 1 } });
    expect(result.findings[0]?.message).toBe(
      'shop.order.ask of Standing: g1 read as g1: status: VOID means cancelled, and is read as VOID',
    );
  });

  test('is not where a reader has to translate, and may be where so many are allowed', () => {
    const translated = shop(
      BANK,
      'services: { shop: { adapters: { Standing: { words: { VOID: cancelled } } } } }',
    );
    expect(resultOf(aligned, translated)).toMatchObject({
      outcome: 'invalid',
      got: '1 reader with words of their own',
    });
    expect(resultOf({ ...aligned, max: 1 }, translated).outcome).toBe('valid');
  });

  test('is where the writer uses the word that all use', () => {
    const published =
      'services: { bank: { operations: { ask: { steps: { answer: { reply: { status: "\'cancelled\'" } } } } } } }';
    expect(resultOf(aligned, shop(BANK, published))).toMatchObject({
      outcome: 'valid',
      measures: { readers: 0 },
    });
  });

  test('of which no contract tells decides nothing', () => {
    expect(resultOf({ aligned: 'weather' }, shop(BANK)).outcome).toBe('vacuous');
  });
});
