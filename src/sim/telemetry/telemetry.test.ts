import { describe, expect, test } from 'vitest';
import type { Run } from '../run.ts';
import { BANK, DATABASE, QUEUE, shop } from '../testing.fixture.ts';
import { type EmittedSpan, telemetryOf } from './index.ts';

/** For the shop and a bank of our own, which is a service and not a partner. */
const OWN_BANK = `
  services:
    shop: { operations: { order: { steps: { charge: { call: bank.charge } } } } }
    bank: { work: 20ms, operations: { charge: { steps: { take: { fact: { charged: {} } } } } } }
`;
/** Many orders, one every 100 ms. */
const MANY = 'clients: { user: { every: 100ms, count: 100 } }';
const TEN = 'clients: { user: { count: 10 } }';
const OUTBOX = `
  services: { shop: { outbox: {}, operations: { order: { steps: { save: { upsert: orders } }, order: [save, tell] } } } }
`;

const stored = (run: Run) => telemetryOf(run).filter(({ fate }) => fate === 'stored');
const of = (run: Run, subject: string) => stored(run).filter((span) => span.subject === subject);

/** Spans as `SERVER order < CLIENT pay`: each with the one that it follows from, or `links to` it. */
function told(spans: readonly EmittedSpan[]): string[] {
  const named = ({ kind, name, sidecar }: EmittedSpan) => `${kind} ${name}${sidecar ? ' (sidecar)' : ''}`;
  const find = (id: string | null | undefined) => spans.find(({ context }) => context.span === id);
  return spans.map((span) => {
    const parent = find(span.parent);
    const link = find(span.links[0]?.span);
    const from = parent ? ` < ${named(parent)}` : span.parent !== null ? ' < ?' : '';
    return `${named(span)}${from}${link ? ` links to ${named(link)}` : ''}`;
  });
}

const tracesOf = (spans: readonly EmittedSpan[]) => new Set(spans.map(({ context }) => context.trace)).size;

describe('trace context', () => {
  test('goes from process to process in headers, so that an order is one trace', () => {
    const spans = of(shop(OWN_BANK), 'order-1');
    expect(told(spans)).toEqual([
      'SERVER order',
      'CLIENT charge < SERVER order',
      'SERVER charge < CLIENT charge',
    ]);
    expect(tracesOf(spans)).toBe(1);
    expect(spans[0]?.context.trace).toMatch(/^[0-9a-f]{32}$/);
    expect(spans.every(({ context }) => /^[0-9a-f]{16}$/.test(context.span))).toBe(true);
  });

  test('is unknown to clients and partners, who send us no spans', () => {
    expect(told(of(shop(BANK), 'order-1'))).toEqual(['SERVER order', 'CLIENT charge < SERVER order']);
  });

  test('travels in a message to the span of whoever handles it', () => {
    expect(told(of(shop(QUEUE), 'order-1'))).toEqual([
      'SERVER order',
      'PRODUCER send jobs < SERVER order',
      'CONSUMER process jobs < PRODUCER send jobs',
    ]);
  });

  test('is only linked to by a consumer that begins a trace for each message', () => {
    const spans = of(shop(QUEUE, 'telemetry: { consumers: link }'), 'order-1');
    expect(told(spans).at(-1)).toBe('CONSUMER process jobs links to PRODUCER send jobs');
    expect(tracesOf(spans)).toBe(2);
  });

  test('is lost at a broker whose messages do not carry it: the trace falls into two', () => {
    const spans = of(shop(QUEUE, 'telemetry: { propagation: { rabbitmq: false } }'), 'order-1');
    expect(told(spans).at(-1)).toBe('CONSUMER process jobs');
    expect(tracesOf(spans)).toBe(2);
  });

  test('is lost on a hop whose client library drops it', () => {
    const spans = of(shop(OWN_BANK, 'services: { shop: { calls: { bank: { trace: false } } } }'), 'order-1');
    expect(told(spans)).toEqual(['SERVER order', 'CLIENT charge < SERVER order', 'SERVER charge']);
  });

  test('is lost between services that write and read other headers', () => {
    const spans = of(shop(OWN_BANK, 'telemetry: { services: { bank: { propagators: [b3] } } }'), 'order-1');
    expect(tracesOf(spans)).toBe(2);
    const both = 'telemetry: { services: { bank: { propagators: [b3, tracecontext] } } }';
    expect(tracesOf(of(shop(OWN_BANK, both), 'order-1'))).toBe(1);
  });

  test('is lost in an outbox, unless the row keeps it for the relay', () => {
    const without = of(shop(DATABASE, QUEUE, OUTBOX), 'order-1');
    expect(told(without)).toEqual([
      'SERVER order',
      'PRODUCER send jobs',
      'CONSUMER process jobs < PRODUCER send jobs',
    ]);
    const kept = of(shop(DATABASE, QUEUE, OUTBOX, 'telemetry: { propagation: { outbox: true } }'), 'order-1');
    expect(told(kept)[1]).toBe('PRODUCER send jobs < SERVER order');
  });

  test('passes a service without an SDK only if its code copies the headers', () => {
    const middle = `
      services:
        shop: { operations: { order: { steps: { charge: { call: middle.pass } } } } }
        middle: { operations: { pass: { steps: { on: { call: bank.charge } } } } }
        bank: { operations: { charge: {} } }
      telemetry: { services: { middle: { instrumented: false } } }
    `;
    const dark = of(shop(middle), 'order-1');
    expect(told(dark)).toEqual(['SERVER order', 'CLIENT pass < SERVER order', 'SERVER charge']);
    const copying = 'telemetry: { services: { middle: { propagators: [tracecontext] } } }';
    expect(told(of(shop(middle, copying), 'order-1')).at(-1)).toBe('SERVER charge < CLIENT pass');
  });
});

describe('spans', () => {
  test('of a server begin when a worker has the request: the line before it is in none', () => {
    const run = shop(
      'services: { shop: { workers: 1, work: 700ms } }',
      'clients: { user: { every: 500ms, count: 2 } }',
    );
    const [, second] = stored(run);
    expect([second!.start, second!.end]).toEqual([700_000, 1_400_000]);
  });

  test('tell of errors: of any that the caller sees, and of those of the server that are its own', () => {
    const refusing =
      'services: { bank: { operations: { charge: { steps: { take: { fail: REJECTED, status: 409, fact: null } } } } } }';
    const spans = of(shop(OWN_BANK, refusing), 'order-1');
    expect(spans.map(({ name, kind, failed }) => [kind, name, failed])).toContainEqual([
      'CLIENT',
      'charge',
      true,
    ]);
    expect(spans.map(({ name, kind, failed }) => [kind, name, failed])).toContainEqual([
      'SERVER',
      'charge',
      false,
    ]);
  });

  test('of retries say which try they are', () => {
    const run = shop(
      OWN_BANK,
      'services: { shop: { calls: { bank: { retry: { maxAttempts: 3 } } } } }',
      'chaos: { bad: { errors: bank, p: 100% } }',
    );
    expect(
      of(run, 'order-1')
        .filter(({ kind }) => kind === 'CLIENT')
        .map(({ attributes }) => attributes['http.request.resend_count']),
    ).toEqual([undefined, 1, 2]);
  });

  test('that a process had not sent yet die with it', () => {
    const crash = 'chaos: { down: { crash: shop, at: 4500ms, downFor: 1s } }';
    const fates = telemetryOf(shop(TEN, crash)).map(({ start, fate }) => [start / 1_000_000, fate]);
    expect(fates.slice(0, 4)).toEqual([0, 1, 2, 3].map((second) => [second, 'crashed']));
    const eager = telemetryOf(shop(TEN, crash, 'telemetry: { schedule_delay: 1s }'));
    expect(eager.filter(({ fate }) => fate === 'crashed').map(({ start }) => start)).toEqual([4_000_000]);
  });
});

describe('sidecars', () => {
  const mesh = `
    mesh: { default: {} }
    telemetry: { mesh: { randomSamplingPercentage: 100 }, services: { shop: { instrumented: false }, bank: { instrumented: false } } }
  `;

  test('make spans, which fall apart where the application does not copy headers', () => {
    const spans = of(shop(OWN_BANK, mesh), 'order-1');
    expect(told(spans)).toEqual([
      'SERVER order (sidecar)',
      'CLIENT charge (sidecar)',
      'SERVER charge (sidecar) < CLIENT charge (sidecar)',
    ]);
    expect(tracesOf(spans)).toBe(2);
  });

  test('make whole traces where it does', () => {
    const copying = 'telemetry: { services: { shop: { propagators: [tracecontext] } } }';
    expect(tracesOf(of(shop(OWN_BANK, mesh, copying), 'order-1'))).toBe(1);
    const other =
      'telemetry: { mesh: { provider: zipkin }, services: { shop: { propagators: [tracecontext] } } }';
    expect(tracesOf(of(shop(OWN_BANK, mesh, other), 'order-1'))).toBe(2);
  });

  test('sample one trace in a hundred unless told otherwise', () => {
    const run = shop(OWN_BANK, MANY, mesh, 'telemetry: { mesh: { randomSamplingPercentage: null } }');
    expect(stored(run).length).toBeLessThan(telemetryOf(run).length / 10);
  });
});

describe('sampling', () => {
  const share = (ppm: string, sampler = 'parentbased_traceidratio') =>
    shop(OWN_BANK, MANY, `telemetry: { sampler: ${sampler}, sampler_arg: ${ppm} }`);
  const traces = (run: Run) => new Set(stored(run).map(({ context }) => context.trace));

  test('at the head takes whole traces or nothing of them, about as many as it says', () => {
    const run = share('30%');
    const kept = traces(run);
    expect(stored(run)).toHaveLength(3 * kept.size);
    expect(kept.size).toBeGreaterThan(18);
    expect(kept.size).toBeLessThan(42);
  });

  test('of a larger share takes all that a smaller one does, of the same orders', () => {
    const [few, more] = [traces(share('20%')), traces(share('60%'))];
    expect([...few].filter((trace) => !more.has(trace))).toEqual([]);
    expect(more.size).toBeGreaterThan(few.size);
  });

  test('that listens to no parent tears traces where services differ in their share', () => {
    const torn = shop(
      OWN_BANK,
      MANY,
      'telemetry: { sampler: traceidratio, sampler_arg: 60%, services: { bank: { sampler_arg: 20% } } }',
    );
    expect(stored(torn).filter(({ service }) => service === 'bank').length).toBeLessThan(
      stored(torn).filter(({ service, kind }) => service === 'shop' && kind === 'SERVER').length,
    );
  });

  test('at the tail keeps traces that turned out to be worth it, and all of their spans', () => {
    const run = shop(
      OWN_BANK,
      TEN,
      'run: { settle: 60s }',
      'chaos: { bad: { errors: bank, during: 3s..4500ms, p: 100% } }',
      'telemetry: { tail_sampling: { policies: { errors: { status_code: { status_codes: [ERROR] } } } } }',
    );
    expect(new Set(stored(run).map(({ subject }) => subject))).toEqual(new Set(['order-4', 'order-5']));
    expect(stored(run)).toHaveLength(4); // the fault answers before the bank has it
  });

  test('at the tail can keep the slow, the retried and a share of the rest', () => {
    const kept = (policy: string) =>
      traces(
        shop(
          OWN_BANK,
          MANY,
          'run: { settle: 60s }',
          'services: { shop: { calls: { bank: { retry: { maxAttempts: 3 } } } } }',
          'chaos: { bad: { errors: bank, during: 3s..3200ms, p: 100% } }',
          `telemetry: { tail_sampling: { policies: { some: ${policy} } } }`,
        ),
      ).size;
    expect(kept('{ latency: { threshold_ms: 400 } }')).toBe(2);
    expect(kept('{ numeric_attribute: { key: http.request.resend_count, min_value: 1 } }')).toBe(2);
    const some = kept('{ probabilistic: { sampling_percentage: 20 } }');
    expect(some).toBeGreaterThan(5);
    expect(some).toBeLessThan(40);
  });
});

test('that somebody watches changes nothing of what happens', () => {
  const dark = shop(QUEUE, 'telemetry: { sampler: always_off }');
  expect(stored(dark)).toEqual([]);
  expect(dark.fingerprint).toBe(shop(QUEUE).fingerprint);
});
