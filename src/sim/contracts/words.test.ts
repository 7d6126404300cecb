import { describe, expect, test } from 'vitest';
import { ms } from '../kernel/time.ts';
import { all, count, details, facts, shop, times } from '../testing.fixture.ts';

/** The shop tells of orders that end, in a word of its own; the portal reads it, and the mail is asked about by calls. */
const ENDINGS = `
  brokers: { rabbitmq: { delivery: 1ms, confirm: 1ms, queues: { ended: {} } } }
  network: { links: { "* -> *": { rtt: 0s } } }
  contracts:
    OrderEnded:
      channel: rabbitmq/ended
      fields: { order: string, status: { concept: ending, words: { VOID: cancelled } } }
      versions: { g2: { fields: { status: { concept: ending, words: { DENIED: declined } } } }, g3: { fields: { status: { concept: ending } } } }
  clients: { user: { every: 100ms, count: 20 } }
  services:
    shop:
      operations: { order: { steps: { tell: { publish: rabbitmq/ended, type: OrderEnded, body: { status: "'VOID'" } } } } }
      versions:
        v2: { work: 10ms, speaks: { OrderEnded: g2 }, operations: { order: { steps: { tell: { publish: rabbitmq/ended, type: OrderEnded, body: { status: "'DENIED'" } } } } } }
        v3: { work: 10ms, speaks: { OrderEnded: g3 }, operations: { order: { steps: { tell: { publish: rabbitmq/ended, type: OrderEnded, body: { status: "'declined'" } } } } } }
    portal:
      work: 1ms
      reads: { OrderEnded: [status] }
      consumers: { ended: { from: rabbitmq/ended, do: note } }
      operations: { note: { steps: { note: { fact: { noted: { status: request.status } } } } } }
`;
const adapter = (settings: string) => `services: { portal: { adapters: { OrderEnded: ${settings} } } }`;
const release = (version: string) =>
  `chaos: { release: { deploy: shop, to: ${version}, at: 1050ms, interval: 0s } }`;
const endings = (...patches: string[]) => shop(ENDINGS, ...patches);
const noted = (run: ReturnType<typeof shop>) => [...new Set(facts(run, 'noted').map(({ status }) => status))];

describe('a word of the writer’s own', () => {
  test('is taken for itself by a reader that does not translate it, and that is a misreading', () => {
    const run = endings();
    expect(noted(run)).toEqual(['VOID']);
    expect(count(run, 'misread')).toBe(20);
    expect(details(run, 'misread')[0]).toBe(
      'g1 read as g1: status: VOID means cancelled, and is read as VOID',
    );
  });

  test('is understood through an adapter, which takes its time for each message', () => {
    const run = endings(adapter('{ words: { VOID: cancelled }, work: 5ms }'));
    expect(noted(run)).toEqual(['cancelled']);
    expect(count(run, 'misread')).toBe(0);
    expect(count(run, 'translated', 'portal.ended')).toBe(20);
    const time = (of: typeof run) => times(of, 'request', 'portal.note')[0] ?? 0;
    expect(time(run) - time(endings())).toBe(5);
  });

  test('is misread through an adapter that has it wrong', () => {
    const run = endings(adapter('{ words: { VOID: declined } }'));
    expect(noted(run)).toEqual(['declined']);
    expect(count(run, 'misread')).toBe(20);
  });

  test('that is new goes past the adapter as it stands, or where it says, or cannot be read', () => {
    const words = '{ words: { VOID: cancelled } }';
    expect(noted(endings(adapter(words), release('v2')))).toEqual(['cancelled', 'DENIED']);
    expect(noted(endings(adapter('{ words: { VOID: cancelled }, unknown: other }'), release('v2')))).toEqual([
      'cancelled',
      'other',
    ]);
    const strict = endings(adapter('{ words: { VOID: cancelled }, unknown: fail }'), release('v2'));
    expect(noted(strict)).toEqual(['cancelled']);
    expect(count(strict, 'unreadable')).toBe(9);
  });
});

describe('a word of the published language', () => {
  test('needs no adapter', () => {
    const run = endings(release('v3'));
    expect(noted(run)).toEqual(['VOID', 'declined']);
    expect(count(run, 'misread')).toBe(11);
  });

  test('is all that a gate for style lets out', () => {
    const gate = 'contracts: { OrderEnded: { gate: style } }';
    const refused = endings(gate, release('v2'));
    expect(details(refused, 'deployRefused')[0]).toBe(
      'v2: OrderEnded g2 has words of its own: status says DENIED for declined',
    );
    expect(count(endings(gate, release('v3')), 'deployed')).toBe(1);
  });
});

test('a gate that asks the readers knows which words they would not understand', () => {
  const gate = 'contracts: { OrderEnded: { gate: consumers } }';
  const mapped = adapter('{ words: { VOID: cancelled } }');
  expect(details(endings(gate, mapped, release('v2')), 'deployRefused')[0]).toBe(
    'v2: OrderEnded g2: portal v1 cannot read it (status: DENIED means declined, and is read as DENIED)',
  );
  const both = adapter('{ words: { VOID: cancelled, DENIED: declined } }');
  expect(count(endings(gate, both, release('v2')), 'deployed')).toBe(1);
});

test('an answer is translated by who called for it, which takes its time, too', () => {
  const ASKED = `
    network: { links: { "* -> bank": { rtt: 0s } } }
    contracts: { Standing: { operation: bank.ask, fields: { status: { concept: ending, words: { VOID: cancelled } } } } }
    services:
      shop: { reads: { Standing: [status] }, operations: { order: { steps: { ask: { call: bank.ask }, note: { fact: { noted: { status: ask.status } } } } } } }
      bank: { work: 1ms, operations: { ask: { steps: { answer: { reply: { status: "'VOID'" } } } } } }
  `;
  const run = shop(
    ASKED,
    'services: { shop: { adapters: { Standing: { words: { VOID: cancelled }, work: 3ms } } } }',
  );
  expect(noted(run)).toEqual(['cancelled']);
  expect((all(run, 'intentOk')[0]?.value ?? 0) - (all(shop(ASKED), 'intentOk')[0]?.value ?? 0)).toBe(ms(3));
});
