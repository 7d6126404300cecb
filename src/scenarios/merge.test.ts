import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDocument } from './document.ts';
import { fromPlain } from './language/from-plain.ts';
import { ProblemList } from './language/problem-list.ts';
import { positionOf } from './language/source.ts';
import { getIn, type Node, plain } from './language/tree.ts';
import { composed, mergePatch } from './merge.ts';

const read = (text: string, name: string): Node => readDocument(text, name, new ProblemList());
const merged = (target: unknown, patch: unknown) =>
  plain(mergePatch(fromPlain(target, 'target'), fromPlain(patch, 'patch')));

describe('mergePatch', () => {
  // RFC 7396, appendix A.
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j patched with %j is %j', (target, patch, result) => {
    expect(merged(target, patch)).toEqual(result);
  });

  // Keys that always hold maps and keys that never do: where a value changes its kind, two patches cannot be one.
  const leaf = fc.constantFrom<unknown>(null, 1, 'x', true, [1, 2]);
  const innermost = fc.record({ a: leaf, b: leaf }, { requiredKeys: [] });
  const middle = fc.record({ a: leaf, b: leaf, m: innermost, n: innermost }, { requiredKeys: [] });
  const document = fc.record({ a: leaf, b: leaf, m: middle, n: middle }, { requiredKeys: [] });

  test('is the same when repeated, and a composition of patches does what they do one after the other', () => {
    fc.assert(
      fc.property(document, document, document, (target, one, two) => {
        const [base, patch, more] = [target, one, two].map((data) => fromPlain(data, 'any')) as [
          Node,
          Node,
          Node,
        ];
        const once = mergePatch(base, patch);
        expect(plain(mergePatch(once, patch))).toEqual(plain(once));
        expect(plain(mergePatch(base, composed(patch, more)))).toEqual(plain(mergePatch(once, more)));
      }),
    );
  });

  test('leaves the nulls of what a plan does, which delete something later, and takes others at their word', () => {
    const retry = { mesh: { psp: { retries: null } } };
    expect(merged({}, { plan: { calm: { at: '5s', patch: retry } } })).toEqual({
      plan: { calm: { at: '5s', patch: retry } },
    });
    expect(merged({ plan: { calm: { at: '5s', patch: retry } } }, { plan: { calm: null } })).toEqual({
      plan: {},
    });
    expect(merged({}, { operations: { patch: { steps: { old: null } } } })).toEqual({
      operations: { patch: { steps: {} } },
    });
  });

  test('keeps the place of a key that was there, and puts a new one at the end', () => {
    const result = merged({ a: { x: 1 }, b: 2, c: 3 }, { d: 4, b: 5, a: { y: 2 } });
    expect(Object.keys(result as object)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('remembers of each value where it was written', () => {
    const base = read('pay:\n  work: 5ms\n  workers: 3\n', 'base.yaml');
    const patch = read('\n\npay:\n  workers: 9\n', 'option.yaml');
    const result = mergePatch(base, patch);
    const place = (path: string[]) => {
      const at = (getIn(result, path) as Node).at;
      return `${at.source.name}:${positionOf(at).line}`;
    };
    expect(place(['pay', 'work'])).toBe('base.yaml:2');
    expect(place(['pay', 'workers'])).toBe('option.yaml:4');
    expect(place(['pay'])).toBe('base.yaml:2');
  });

  test('counts a map as written by the patch that took a key away from it', () => {
    const base = read('charge:\n  call: psp.charge\n  cache: 1\n', 'base.yaml');
    const result = mergePatch(base, read('charge: { call: null }', 'option.yaml'));
    expect((getIn(result, ['charge']) as Node).at.source.name).toBe('option.yaml');
  });
});
