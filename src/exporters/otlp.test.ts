import { expect, test } from 'vitest';
import { QUEUE, shop } from '../sim/testing.fixture.ts';
import { otlp } from './otlp.ts';

interface Written {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly { key: string; value: { stringValue?: string } }[] };
    readonly scopeSpans: readonly { readonly spans: readonly Record<string, unknown>[] }[];
  }[];
}

const written = (...patches: string[]) => JSON.parse(otlp(shop(QUEUE, ...patches))) as Written;
const spansIn = ({ resourceSpans }: Written) =>
  resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));

test('spans stand under the process that sent them, with ids in hexadecimal digits and times as texts', () => {
  const document = written();
  expect(document.resourceSpans.map(({ resource }) => resource.attributes[0]?.value.stringValue)).toEqual([
    'shop',
    'worker',
  ]);
  const [server, producer, consumer] = spansIn(document);
  expect(server).toMatchObject({
    kind: 2,
    name: 'order',
    startTimeUnixNano: '1767225600000000000',
    endTimeUnixNano: '1767225600011000000',
    status: {},
  });
  expect(server?.['traceId']).toMatch(/^[0-9a-f]{32}$/);
  expect(server).not.toHaveProperty('parentSpanId');
  expect(producer).toMatchObject({ kind: 4, parentSpanId: server?.['spanId'] });
  expect(consumer).toMatchObject({
    kind: 5,
    parentSpanId: producer?.['spanId'],
    traceId: server?.['traceId'],
  });
  expect(consumer?.['attributes']).toContainEqual({
    key: 'messaging.destination.name',
    value: { stringValue: 'jobs' },
  });
});

test('links and errors are told, and what was not stored is not', () => {
  const [, , linked] = spansIn(written('telemetry: { consumers: link }'));
  expect(linked?.['links']).toMatchObject([{ traceId: expect.stringMatching(/^[0-9a-f]{32}$/) as unknown }]);
  const failing = spansIn(
    written(
      'chaos: { bad: { partition: shop | rabbitmq } }',
      'services: { shop: { calls: { rabbitmq: { timeout: 1s } } } }',
    ),
  );
  expect(failing.map(({ name, status }) => [name, status])).toContainEqual(['send jobs', { code: 2 }]);
  expect(spansIn(written('telemetry: { sampler: always_off }'))).toEqual([]);
});
