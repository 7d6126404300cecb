import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { exerciseFiles } from './assets.ts';
import { exerciseJsonSchema } from './schema.ts';

const json = exerciseJsonSchema();
// Names of keys are left to the loader, which words them better; zod reads them in no JSON Schema.
const withoutNames = JSON.parse(JSON.stringify(json), (key, value) =>
  key === 'propertyNames' ? undefined : value,
);
const validator = z.fromJSONSchema(withoutNames);
const accepts = (text: string) => validator.safeParse(parse(text)).success;

const CORPUS = join(import.meta.dirname, '../../test/corpus');
const corpus = (name: string) => readFileSync(join(CORPUS, `${name}.yaml`), 'utf8');

describe('exerciseJsonSchema', () => {
  test('is draft-07, and holds no trace of the objects it was made of', () => {
    expect(json['$schema']).toBe('http://json-schema.org/draft-07/schema#');
    expect(JSON.stringify(json)).not.toContain('"def"');
  });

  test('accepts a document with short forms, and all exercises', () => {
    expect(accepts(corpus('unknown-callee'))).toBe(true);
    for (const file of exerciseFiles()) expect(accepts(readFileSync(file, 'utf8')), file).toBe(true);
  });

  const unknown = readdirSync(CORPUS)
    .filter((file) => file.startsWith('unknown-in-'))
    .map((file) => file.slice(0, -'.yaml'.length))
    // Patches of options are merged before they are checked, which an editor cannot do.
    .filter((name) => !['unknown-in-call', 'unknown-in-retry'].includes(name));

  test.each(unknown)('refuses %s, so that an editor underlines it', (name) => {
    expect(accepts(corpus(name))).toBe(false);
  });

  test.each([
    'missing-title',
    'missing-label',
    'grade-4',
    'unknown-verb',
    'unknown-fault-kind',
    'huge-replicas',
  ])('refuses %s', (name) => {
    expect(accepts(corpus(name))).toBe(false);
  });
});
