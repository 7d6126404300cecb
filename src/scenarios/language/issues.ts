import { z } from 'zod';
import { nearest } from '../../sim/expression/suggest.ts';
import { formOf } from '../../sim/world/schema/common.ts';
import type { ProblemList } from './problem-list.ts';
import { locate, type Node, type Path, plain } from './tree.ts';

type Issue = z.core.$ZodIssue;

/** A schema, the tree that was held against it, and how its problems are called. */
export interface Judged {
  readonly root: Node;
  readonly schema: z.ZodType;
  /** First word of the problems' codes: `world`, `exercise`, `pattern`. */
  readonly area: string;
  /** Remarks on keys that people often take from elsewhere. */
  readonly remarks?: Readonly<Record<string, string>>;
}

/** Turns what a schema found into problems at the places where the values were written. */
export function tellIssues(issues: readonly Issue[], judged: Judged, problems: ProblemList): void {
  for (const issue of issues) tellIssue(issue, issue.path as Path, judged, problems);
}

function tellIssue(issue: Issue, path: Path, judged: Judged, problems: ProblemList): void {
  const { root, area } = judged;
  const { node, key, whole } = locate(root, path);
  const name = shown(path);
  const found = whole ? `, found ${described(node)}` : '';
  const tell = (code: string, message: string, fix?: string) =>
    problems.add({ code: `${area}/${code}`, at: node.at, message, fix });

  switch (issue.code) {
    case 'unrecognized_keys':
      for (const unknown of issue.keys) tellUnknownKey(unknown, path, judged, problems);
      return;
    case 'invalid_key': {
      const message = issue.issues[0]?.message ?? 'the key is not valid';
      problems.add({
        code: `${area}/id`,
        at: key ?? node.at,
        message: `\`${path.at(-1)}\` is no valid name here: ${message}.`,
      });
      return;
    }
    case 'invalid_element':
      for (const inner of issue.issues)
        tellIssue(inner, [...path, ...(inner.path as Path)], judged, problems);
      return;
    case 'invalid_union':
      return tellUnion(issue, path, judged, problems);
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (!whole) return tellMissing(`one of ${listed(values)}`, path, judged, problems);
      const near = node.kind === 'scalar' ? nearest(String(node.value), values) : undefined;
      const expected = values.length === 1 ? `\`${values[0]}\`` : `one of ${listed(values)}`;
      return tell('value', `${name}: expected ${expected}${found}.`, near && `write \`${near}\``);
    }
    case 'invalid_type': {
      const expected = expectation(issue);
      if (!whole) return tellMissing(expected, path, judged, problems);
      return tell('type', `${name}: expected ${expected}${found}.`, unitHint(expected, node));
    }
    case 'too_small':
      return tell(
        'range',
        `${name}: expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${sized(issue.origin)}${found}.`,
      );
    case 'too_big':
      return tell(
        'range',
        `${name}: expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${sized(issue.origin)}${found}.`,
      );
    case 'custom':
      return tell(
        (issue.params?.['code'] as string | undefined) ?? 'value',
        `${name}: ${sentence(issue.message)}`,
        issue.params?.['fix'] as string | undefined,
      );
    default:
      return tell('value', `${name}: ${issue.message}${found}.`);
  }
}

/** A key that is missing is shown at the map that lacks it. */
function tellMissing(expected: string, path: Path, { root, area }: Judged, problems: ProblemList): void {
  const parent = locate(root, path.slice(0, -1));
  problems.add({
    code: `${area}/missing`,
    at: parent.key ?? { ...parent.node.at, end: parent.node.at.start + 1 },
    message: `${path.length > 1 ? `${shown(path.slice(0, -1))} needs` : 'The document needs'} \`${path.at(-1)}\`: ${expected}.`,
  });
}

function tellUnknownKey(
  unknown: string,
  path: Path,
  { root, schema, area, remarks }: Judged,
  problems: ProblemList,
): void {
  const { node } = locate(root, path);
  const at = (node.kind === 'map' && node.entries.get(unknown)?.key) || node.at;
  const known = knownKeys(schema, root, path);
  const near = nearest(unknown, known);
  const remark = remarks?.[unknown];
  const where = path.length === 0 ? 'The document' : shown(path);
  problems.add({
    code: `${area}/unknown-key`,
    at,
    message: `${where} has no setting \`${unknown}\`.${near ? ` Did you mean \`${near}\`?` : ''}${remark ? ` (${remark})` : ''}`,
    fix: known.length > 0 ? `the settings here are: ${known.join(' ')}` : undefined,
  });
}

/** Of a choice between forms, tells about the one that was meant: the one that the value's kind fits. */
function tellUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  path: Path,
  judged: Judged,
  problems: ProblemList,
): void {
  const { node, whole } = locate(judged.root, path);
  const branches = issue.errors;
  const fitting = branches.filter(
    (branch) => !branch.some((inner) => inner.path.length === 0 && wrongKind(inner)),
  );
  if (whole && fitting.length > 0 && issue.message === 'Invalid input') {
    const best = [...fitting].sort(
      (a, b) => deepest(b) - deepest(a) || a.length - b.length,
    )[0] as readonly Issue[];
    for (const inner of best) tellIssue(inner, [...path, ...(inner.path as Path)], judged, problems);
    return;
  }
  const custom = issue.message === 'Invalid input' ? undefined : issue.message.replace(/^expected /, '');
  const expected =
    custom ?? [...new Set(branches.flatMap((branch) => branch.slice(0, 1).map(wanted)))].join(', or ');
  if (!whole) return tellMissing(expected, path, judged, problems);
  problems.add({
    code: `${judged.area}/type`,
    at: node.at,
    message: `${shown(path)}: expected ${expected}, found ${described(node)}.`,
    fix: unitHint(expected, node),
  });
}

const deepest = (branch: readonly Issue[]) => Math.max(0, ...branch.map(({ path }) => path.length));
const wrongKind = (issue: Issue) => issue.code === 'invalid_type' || issue.code === 'invalid_value';

function wanted(issue: Issue): string {
  if (issue.code === 'invalid_type') return expectation(issue);
  if (issue.code === 'invalid_value') return listed(issue.values.map(String));
  return issue.message.replace(/^expected /, '');
}

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

function expectation(issue: z.core.$ZodIssueInvalidType): string {
  if (!issue.message.startsWith('Invalid input')) return issue.message.replace(/^expected /, '');
  return KINDS[issue.expected] ?? issue.expected;
}

/** A bare number where a unit is needed is the commonest slip. */
function unitHint(expected: string, node: Node): string | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'number') return undefined;
  if (expected.includes('duration'))
    return `a number needs its unit: \`${node.value}ms\` or \`${node.value}s\``;
  if (expected.includes('rate')) return `a rate says per what: \`${node.value}/s\``;
  return undefined;
}

function described(node: Node): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  if (node.value === null) return 'nothing';
  const text = String(node.value);
  return `\`${text.length > 60 ? `${text.slice(0, 59)}…` : text}\``;
}

const sized = (origin: string) =>
  origin === 'string'
    ? ' characters'
    : origin === 'array' || origin === 'map' || origin === 'object'
      ? ' entries'
      : '';
const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
const listed = (values: readonly string[]) => values.map((value) => `\`${value}\``).join(' ');

/** Maps whose name adds nothing when their entry is named: `payment.calls.psp`, not `services.payment.calls.psp`. */
const OBVIOUS = new Set(['services', 'externals', 'clients', 'operations', 'steps']);

/** A path as people say it. */
export function shown(path: Path): string {
  const [first, ...rest] = path;
  const words = (OBVIOUS.has(String(first)) && rest.length > 0 ? rest : path).filter(
    (step, at, all) => !(OBVIOUS.has(String(step)) && at > 0 && at < all.length - 1),
  );
  return (
    words.reduce<string>(
      (text, step) =>
        typeof step === 'number' ? `${text}[${step}]` : text === '' ? String(step) : `${text}.${step}`,
      '',
    ) || 'The document'
  );
}

/** The keys that a schema allows at a path. */
function knownKeys(schema: z.ZodType, root: Node, path: Path): readonly string[] {
  let forms: readonly z.ZodType[] = [schema];
  for (const [depth, step] of path.entries()) {
    const here = locate(root, path.slice(0, depth)).node;
    forms = forms.flatMap((form) => opened(form, here)).flatMap((form) => childOf(form, step));
  }
  const here = locate(root, path).node;
  const objects = forms.flatMap((form) => opened(form, here)).filter((form) => form instanceof z.ZodObject);
  return [...new Set(objects.flatMap((form) => Object.keys(form.shape)))];
}

/** What stands inside the wrappings of a schema: objects, maps and lists. */
function opened(schema: z.ZodType, value: Node): z.ZodType[] {
  const form = formOf(schema, value.kind === 'map' ? (plain(value) as object) : {});
  if (form) return opened(form, value);
  const def = schema.def as {
    type: string;
    innerType?: z.ZodType;
    in?: z.ZodType;
    options?: z.ZodType[];
    getter?: () => z.ZodType;
  };
  if (def.type === 'union') return (def.options ?? []).flatMap((option) => opened(option, value));
  if (def.type === 'lazy' && def.getter) return opened(def.getter(), value);
  const inner = def.innerType ?? def.in;
  return inner ? opened(inner, value) : [schema];
}

function childOf(schema: z.ZodType, step: string | number): z.ZodType[] {
  if (schema instanceof z.ZodObject) {
    const child = schema.shape[String(step)] as z.ZodType | undefined;
    return child ? [child] : [];
  }
  if (schema instanceof z.ZodRecord) return [schema.valueType as z.ZodType];
  if (schema instanceof z.ZodArray) return [schema.element as z.ZodType];
  return [];
}
