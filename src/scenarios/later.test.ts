import { describe, expect, test } from 'vitest';
import { faultsByKind } from '../sim/faults/index.ts';
import { service } from '../sim/world/schema/service.ts';
import { worldSchema } from '../sim/world/schema/world.ts';
import { fromPlain } from './language/from-plain.ts';
import { knownKeys } from './language/known-keys.ts';
import { ProblemList } from './language/problem-list.ts';
import { nest } from './language/tree.ts';
import { LANGUAGE_FAULTS, laterSettings, refuseLater } from './later.ts';

/** A tree with one thing at a place, stars being any name. */
function worldWith(path: string, value: unknown) {
  const node = fromPlain(value, 'any');
  return nest(
    path.split('/').map((key) => (key === '*' ? 'some' : key)),
    node,
    node.at,
  );
}

describe('what this version does not model', () => {
  const settings = laterSettings();

  test.each(settings)('$path: $name is refused by name', ({ path, name, what }) => {
    const problems = new ProblemList();
    const value = path.includes('/') && path.endsWith('discipline') ? name : {};
    const isValue = /(?:discipline|relay|ack|type|x-overflow)$/.test(path);
    const world = isValue ? worldWith(path, name) : worldWith(path === '' ? name : `${path}/${name}`, value);
    refuseLater(world, problems);
    const [problem, ...others] = problems.inOrder();
    expect(others).toEqual([]);
    expect(problem?.code).toBe('world/not-modelled-yet');
    expect(problem?.message).toContain(what);
  });

  test('is in no schema: what a schema reads must not be refused', () => {
    for (const { path, name } of settings) {
      if (/(?:discipline|relay|ack|type|x-overflow)$/.test(path)) continue;
      const keys = path === '' ? [] : path.split('/').map((key) => (key === '*' ? 'some' : key));
      const world = nest(keys, fromPlain({}, 'any'), fromPlain({}, 'any').at);
      expect(knownKeys(worldSchema, world, keys), `${path}/${name}`).not.toContain(name);
    }
    expect(Object.keys(service.shape)).toContain('replicas'); // the walk above does find keys
    expect(knownKeys(worldSchema, worldWith('services/some', {}), ['services', 'some'])).toContain(
      'replicas',
    );
  });

  test.each(LANGUAGE_FAULTS.filter((kind) => !faultsByKind.has(kind)))(
    'the fault %s is refused by name',
    (kind) => {
      const problems = new ProblemList();
      refuseLater(fromPlain({ chaos: { trouble: { [kind]: 'payment' } } }, 'any'), problems);
      expect(problems.inOrder()[0]?.message).toContain(`\`${kind}\` is part of the language`);
    },
  );
});
