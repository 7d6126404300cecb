import type { World } from '../../sim/world/schema/world.ts';
import type { CheckDocument } from '../judge/document.ts';
import { checkVocabulary } from '../judge/vocabulary.ts';
import { part } from './part.ts';
import type { ProblemList } from './problem-list.ts';
import type { Span } from './source.ts';
import { get, type Node } from './tree.ts';

/** An expression on the whole run, and where it was written. */
interface Asked {
  readonly source: string;
  readonly at: Span;
}

/** Tells of expressions in `predict.measure` and in `sees` that cannot be asked of a run. */
export function checkPromisedNumbers(root: Node, worlds: readonly World[], problems: ProblemList): void {
  const asked = new Map<string, Asked>(
    [...measure(root), ...sees(root)].map((one, index) => [`number-${index}`, one] as const),
  );
  if (asked.size === 0) return;
  const checks = Object.fromEntries([...asked].map(([id, { source }]) => [id, wholeRun(source)]));
  for (const { check, message, start, end } of checkVocabulary(worlds, checks)) {
    const { source, at } = asked.get(check) as Asked; // the ids are those given above
    problems.add({
      code: 'exercise/expression',
      at: part(at, source, start, end),
      message: `${message}${/[.?!)]$/.test(message) ? '' : '.'}`,
    });
  }
}

/** The judge checks such expressions in the form of an invariant on the whole run. */
function wholeRun(source: string): CheckDocument {
  const nothing = {
    every: null,
    if: null,
    finally: null,
    within: null,
    during: null,
    outside: null,
  } as const;
  return { kind: 'invariant', target: '', settings: { ...nothing, weight: 'primary', must: source } };
}

function measure(root: Node): Asked[] {
  const node = get(get(root, 'predict'), 'measure');
  return node?.kind === 'scalar' && node.value !== null ? [{ source: String(node.value), at: node.at }] : [];
}

function sees(root: Node): Asked[] {
  const options = itemsOf(get(root, 'decide')).flatMap((decision) => itemsOf(get(decision, 'options')));
  return [...options, ...itemsOf(get(root, 'vary'))].flatMap((node) => {
    const promised = get(get(node, 'expect'), 'sees');
    return promised?.kind === 'map'
      ? [...promised.entries].map(([source, { key }]) => ({ source, at: key }))
      : [];
  });
}

const itemsOf = (node: Node | undefined): readonly Node[] => (node?.kind === 'list' ? node.items : []);
