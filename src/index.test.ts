import { expect, test, vi } from 'vitest';

/** What an example prints when it is run. */
async function printed(example: string): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...values) => void lines.push(values.join(' ')));
  try {
    await import(`../examples/${example}.ts`);
  } finally {
    log.mockRestore();
  }
  return lines.join('\n');
}

test('the library runs a built-in exercise and says why it broke', async () => {
  const text = await printed('run-and-ask-why');
  expect(text).toContain('Charged twice');
  expect(text).toMatch(/failed; \d+ events, fingerprint [0-9a-f]{16}/);
  expect(text).toMatch(/#\d+ Psp charged order-\d+ a second time/);
});

test('the library runs a world that is no file', async () => {
  const text = await printed('own-world');
  expect(text).toContain('Shop.buy.pay called bank.pay: failed, timeout');
  expect(text).toMatch(/slow changed \d+ messages/);
});
