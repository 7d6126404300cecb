import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mermaid, mermaidLabel } from './mermaid.ts';

test('writes participants, arrows by their style, and notes', () => {
  const diagram = mermaid({
    lanes: ['checkout', 'payment.db'],
    steps: [
      { record: 7, at: 1_000, from: 'checkout', to: 'payment.db', text: 'charge', style: 'call' },
      { record: 8, at: 2_000, from: 'payment.db', to: 'checkout', text: 'paid', style: 'lost' },
      { record: 9, at: 3_000, from: 'checkout', to: 'checkout', text: 'gave up', style: 'note' },
    ],
  });
  expect(diagram).toMatchInlineSnapshot(`
    "sequenceDiagram
      participant p0 as checkout
      participant p1 as payment.db
      p0->>p1: charge (#35;7, 1 ms)
      p1-xp0: paid (#35;8, 2 ms)
      Note over p0: gave up (#35;9, 3 ms)
    "
  `);
});

test('escapes what Mermaid would read as its own', () => {
  expect(mermaidLabel('a;b\n<i>#1</i>')).toBe('a#59;b #60;i#62;#35;1#60;/i#62;');
});

test('no label can end its line or its statement', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const label = mermaidLabel(text);
      return !/[\r\n\u2028\u2029<>"]/.test(label) && !/;/.test(label.replaceAll(/#\d+;/g, ''));
    }),
  );
});
