import { expect, test } from 'vitest';
import { brownout } from './command-line.fixture.ts';

test('export prints the traces of a run, and nothing else', async () => {
  const { code, text } = await brownout('export', 'slow-mail', '--choose', 'path=queue');
  expect(code).toBe(0);
  const { resourceSpans } = JSON.parse(text) as { readonly resourceSpans: readonly unknown[] };
  expect(resourceSpans.length).toBeGreaterThan(3);
});

test('export refuses a format that there is not, and names those that there are', async () => {
  const { code, text } = await brownout('export', 'slow-mail', '--format', 'zipkin');
  expect(code).toBe(2);
  expect(text).toContain('--format is one of otlp');
});

test('run shows an order as its operators find it, beside the truth', async () => {
  const { text } = await brownout('run', 'slow-mail', '--trace', 'order-3', '--operator');
  expect(text.replaceAll(/\s+/g, ' ')).toContain('Operators who look for order-3 find 1 trace with 9 spans.');
  expect(text).toContain('Mailserver[0] worked on mailserver.send');
});
