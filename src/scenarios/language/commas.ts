import type { ProblemList } from './problem-list.ts';
import { type Entry, type Node, type ScalarNode, scalar } from './tree.ts';

/** A key of a map in braces, its value, and whether the value was left out. */
export interface Pair {
  readonly name: string;
  readonly entry: Entry;
  readonly bare: boolean;
}

/** How many brackets a text leaves open. */
const open = (text: string) => (text.match(/\(/g)?.length ?? 0) - (text.match(/\)/g)?.length ?? 0);

const isOpen = (node: Node | undefined): node is ScalarNode =>
  node?.kind === 'scalar' && typeof node.value === 'string' && open(node.value) > 0;

function tell(problems: ProblemList, value: ScalarNode, whole: string): void {
  problems.add({
    code: 'document/comma-in-braces',
    at: value.at,
    message: `\`${value.value}\` has no closing bracket. In { } and [ ] a comma ends the value.`,
    fix: `leave out the comma, \`${whole.replaceAll(', ', ' ')}\`, or put it in quotes, \`"${whole}"\``,
  });
}

/** Tells of values that a comma tore apart, `{ work: lognormal(40ms, 0.3) }`, and joins them so that reading can go on. */
export function repairedPairs(pairs: readonly Pair[], problems: ProblemList): Pair[] {
  const out: Pair[] = [];
  for (let at = 0; at < pairs.length; at++) {
    const pair = pairs[at] as Pair;
    const value = pair.entry.value;
    if (!isOpen(value) || !pairs[at + 1]?.bare) {
      out.push(pair);
      continue;
    }
    let whole = String(value.value);
    while (open(whole) > 0 && pairs[at + 1]?.bare) whole += `, ${(pairs[++at] as Pair).name}`;
    tell(problems, value, whole);
    out.push({ ...pair, entry: { ...pair.entry, value: scalar(whole, value.at) } });
  }
  return out;
}

/** The same for a list in brackets: `[uniform(0s, 15s)]`. */
export function repairedItems(items: readonly Node[], problems: ProblemList): Node[] {
  const out: Node[] = [];
  for (let at = 0; at < items.length; at++) {
    const value = items[at] as Node;
    const next = items[at + 1];
    if (!isOpen(value) || next?.kind !== 'scalar') {
      out.push(value);
      continue;
    }
    let whole = String(value.value);
    for (let more = items[at + 1]; open(whole) > 0 && more?.kind === 'scalar'; more = items[at + 1]) {
      whole += `, ${more.value}`;
      at++;
    }
    tell(problems, value, whole);
    out.push(scalar(whole, value.at));
  }
  return out;
}
