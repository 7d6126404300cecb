import { expect, test } from 'vitest';
import { KIND_NAMES } from '../sim/kinds.ts';
import { kindWords } from './kinds.ts';

test('no kind of event is called by its name in the code', () => {
  for (const kind of KIND_NAMES) expect(kindWords(kind)).not.toMatch(/[A-Z]/);
});
