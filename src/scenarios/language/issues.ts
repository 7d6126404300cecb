import type { z } from 'zod';
import { nearest } from '../../sim/expression/suggest.ts';
import { knownKeys } from './known-keys.ts';
import type { ProblemList } from './problem-list.ts';
import { positionOf } from './source.ts';
import { locate, type Node, type Path } from './tree.ts';
import { described, expectation, listed, sentence, shown, sized, unitHint } from './wording.ts';

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
  for (const issue of issues) {
    if (!isMisspelt(issue, issues, judged)) tellIssue(issue, issue.path as Path, judged, problems);
  }
}

/** Whether a key is missing only because it was written with a slip: then the slip is told, and that is enough. */
function isMisspelt(issue: Issue, all: readonly Issue[], { root, schema }: Judged): boolean {
  const parent = issue.path.slice(0, -1) as Path;
  if (locate(root, issue.path as Path).whole) return false;
  return all.some(
    (other) =>
      other.code === 'unrecognized_keys' &&
      other.path.join('/') === parent.join('/') &&
      other.keys.some((key) => nearest(key, knownKeys(schema, root, parent)) === issue.path.at(-1)),
  );
}

function tellIssue(issue: Issue, path: Path, judged: Judged, problems: ProblemList): void {
  const { root, area } = judged;
  const { node, key, whole } = locate(root, path);
  const name = shown(path, root);
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
      tellUnion(issue, path, judged, problems);
      return;
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (!whole) {
        tellMissing(`one of ${listed(values)}`, path, judged, problems);
        return;
      }
      const near = node.kind === 'scalar' ? nearest(String(node.value), values) : undefined;
      const expected = values.length === 1 ? `\`${values[0]}\`` : `one of ${listed(values)}`;
      tell('value', `${name}: expected ${expected}${found}.`, near && `write \`${near}\``);
      return;
    }
    case 'invalid_type': {
      const expected = expectation(issue);
      if (!whole) {
        tellMissing(expected, path, judged, problems);
        return;
      }
      tell('type', `${name}: expected ${expected}${found}.`, unitHint(expected, node));
      return;
    }
    case 'too_small':
      tell(
        'range',
        `${name}: expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${sized(issue.origin)}${found}.`,
      );
      return;
    case 'too_big':
      tell(
        'range',
        `${name}: expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${sized(issue.origin)}${found}.`,
      );
      return;
    case 'custom': {
      const { code = 'value', fix, verbs } = (issue.params ?? {}) as CustomParams; // set by our own schemas
      if (verbs && verbs.length > 1) tellVerbs(verbs, path, judged, problems);
      else
        tell(
          code,
          `${name}: ${sentence(issue.message)}${code === 'no-verb' ? siblingHint(path, root) : ''}`,
          fix,
        );
      return;
    }
    default:
      tell('value', `${name}: ${issue.message}${found}.`);
      return;
  }
}

/** An entry that a patch made by a slip of the pen lacks something; its neighbour is what was meant. */
function siblingHint(path: Path, root: Node): string {
  const parent = locate(root, path.slice(0, -1)).node;
  const near = parent.kind === 'map' ? nearest(String(path.at(-1)), parent.entries.keys()) : undefined;
  return near === undefined ? '' : ` Or is \`${near}\` meant?`;
}

/** What our own schemas say beside a message. */
interface CustomParams {
  readonly code?: string;
  readonly fix?: string;
  /** The verbs of a step that has more than one. */
  readonly verbs?: readonly string[];
}

/** Two verbs usually come from two places: both are named, and the later one is shown. */
function tellVerbs(
  verbs: readonly string[],
  path: Path,
  { root, area }: Judged,
  problems: ProblemList,
): void {
  const { node } = locate(root, path);
  const keys = verbs.map((verb) => (node.kind === 'map' && node.entries.get(verb)?.key) || node.at);
  const [first, last] = [keys[0] ?? node.at, keys.at(-1) ?? node.at];
  const where =
    first.source === last.source
      ? `line ${positionOf(first).line}`
      : `${first.source.name}:${positionOf(first).line}`;
  problems.add({
    code: `${area}/two-verbs`,
    at: last,
    message: `The step \`${path.at(-1)}\` has two verbs, \`${verbs[0]}\` (${where}) and \`${verbs.at(-1)}\` here.`,
    fix: `set one to null: { ${verbs[0]}: null, ${verbs.at(-1)}: … }`,
  });
}

/** A key that is missing is shown at the map that lacks it. */
function tellMissing(expected: string, path: Path, { root, area }: Judged, problems: ProblemList): void {
  const parent = locate(root, path.slice(0, -1));
  problems.add({
    code: `${area}/missing`,
    at: parent.key ?? { ...parent.node.at, end: parent.node.at.start + 1 },
    message: `${path.length > 1 ? `${shown(path.slice(0, -1), root)} needs` : 'The document needs'} \`${path.at(-1)}\`: ${expected}.${siblingHint(path.slice(0, -1), root)}`,
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
  const where = path.length > 0 ? shown(path, root) : area === 'world' ? 'The world' : 'The document';
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
  if (!whole) {
    tellMissing(expected, path, judged, problems);
    return;
  }
  problems.add({
    code: `${judged.area}/type`,
    at: node.at,
    message: `${shown(path, judged.root)}: expected ${expected}, found ${described(node)}.`,
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
