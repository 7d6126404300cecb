import type { z } from 'zod';
import { get, locate, type Node, type Path } from './tree.ts';

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
  null: 'null',
};

/** What was expected, in words. */
export function expectation(issue: z.core.$ZodIssueInvalidType): string {
  if (!issue.message.startsWith('Invalid input')) return issue.message.replace(/^expected /, '');
  return KINDS[issue.expected] ?? issue.expected;
}

/** A bare number where a unit is needed is the commonest slip. */
export function unitHint(expected: string, node: Node): string | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'number') return undefined;
  if (expected.includes('duration'))
    return `a number needs its unit: \`${node.value}ms\` or \`${node.value}s\``;
  if (expected.startsWith('a rate')) return `a rate says per what: \`${node.value}/s\``;
  return undefined;
}

/** What was found, in words. */
export function described(node: Node): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  if (node.value === null) return 'nothing';
  const text = String(node.value);
  return `\`${text.length > 60 ? `${text.slice(0, 59)}…` : text}\``;
}

/** What a limit counts. */
export const sized = (origin: string) =>
  origin === 'string'
    ? ' characters'
    : origin === 'array' || origin === 'map' || origin === 'object'
      ? ' entries'
      : '';
/** A message that ends like a sentence. */
export const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
/** Words side by side. */
export const listed = (values: readonly string[]) => values.map((value) => `\`${value}\``).join(' ');

/** Maps whose name adds nothing when their entry is named: `payment.calls.psp`, not `services.payment.calls.psp`. */
const OBVIOUS = new Set(['services', 'externals', 'clients', 'operations', 'steps', 'decide', 'options']);

/** A path as people say it; entries of a list go by their ids. */
export function shown(path: Path, root: Node): string {
  const [first, ...rest] = path.map((step, depth) => idAt(root, path.slice(0, depth + 1)) ?? step);
  const words = (OBVIOUS.has(String(first)) && rest.length > 0 ? rest : [first, ...rest]).filter(
    (step, at, all) => !(OBVIOUS.has(String(step)) && at > 0 && at < all.length - 1),
  );
  const text = words.reduce<string>((before, step) => {
    if (step === undefined) return before;
    if (typeof step === 'number') return `${before}[${step}]`;
    return before === '' ? step : `${before}.${step}`;
  }, '');
  return text || 'The document';
}

/** The id of a map in a list. */
function idAt(root: Node, path: Path): string | undefined {
  if (typeof path.at(-1) !== 'number') return undefined;
  const id = get(locate(root, path).node, 'id');
  return id?.kind === 'scalar' ? String(id.value) : undefined;
}
