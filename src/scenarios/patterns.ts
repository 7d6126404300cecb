import { z } from 'zod';
import { nearest } from '../sim/expression/suggest.ts';
import { id } from '../sim/world/schema/common.ts';
import { assetNames, readAsset } from './assets.ts';
import { readDocument } from './document.ts';
import { tellIssues } from './language/issues.ts';
import { PARAM_TYPES, type ParamType, paramProblem } from './language/param-types.ts';
import { ProblemList } from './language/problem-list.ts';
import type { Span } from './language/source.ts';
import { substituted } from './language/substitute.ts';
import { get, type MapNode, type Node, plain, scalar } from './language/tree.ts';

const param = z.strictObject({
  type: z.enum(PARAM_TYPES),
  /** What it is for, in a few words. */
  about: z.string().nullable().default(null),
  default: z.unknown().optional(),
  of: z.array(z.string()).default([]),
  min: z.number().nullable().default(null),
  max: z.number().nullable().default(null),
});

/** A pattern as its file writes it. */
const patternSchema = z.strictObject({
  pattern: id,
  name: z.string().min(1),
  aliases: z.array(z.string()).default([]),
  solves: z.string().min(1),
  costs: z.array(z.string()).min(1),
  avoidWhen: z.string().min(1),
  params: z.record(z.string().regex(/^[a-z][A-Za-z]*$/, 'a parameter is one word'), param).default({}),
  patch: z.record(z.string(), z.unknown()),
});

type PatternDocument = z.output<typeof patternSchema>;

/** A named change of a design: what it solves, what it costs, and the patch it expands to. */
export interface Pattern extends Omit<PatternDocument, 'pattern' | 'patch'> {
  readonly id: string;
  readonly text: string;
}

interface Read {
  readonly pattern: Pattern;
  readonly params: Node | undefined;
  readonly patch: Node;
}

const read = new Map<string, Read>();

/** Reads a pattern's file; undefined where there is none. A mistake in the file ends the reading. */
function readPattern(name: string): Read | undefined {
  const known = read.get(name);
  if (known) return known;
  const asset = readAsset('patterns', name);
  if (!asset) return undefined;
  const problems = new ProblemList();
  const root = readDocument(asset.text, asset.file, problems);
  const result = patternSchema.safeParse(plain(root));
  if (!result.success)
    tellIssues(result.error.issues, { root, schema: patternSchema, area: 'pattern' }, problems);
  problems.throwIfAny();
  const { pattern, patch: _, ...rest } = result.data as PatternDocument; // no problem, so there is data
  const made: Read = {
    pattern: { id: pattern, ...rest, text: asset.text },
    params: get(root, 'params'),
    patch: get(root, 'patch') as Node,
  };
  read.set(name, made);
  return made;
}

/** All patterns that come with the program, in the order of their names. */
export function patterns(): readonly Pattern[] {
  return assetNames('patterns').map((name) => (readPattern(name) as Read).pattern);
}

/** A pattern by its name. */
export const findPattern = (name: string): Pattern | undefined => readPattern(name)?.pattern;

/** A pattern as an option names it. */
export interface Application {
  readonly name: string;
  /** Where the option names it: what the pattern creates counts as written there. */
  readonly at: Span;
  readonly args: Node;
}

/** The patch that a pattern makes of its parameters; undefined if they are not right. */
export function expandPattern(
  { name, at, args }: Application,
  world: Node,
  problems: ProblemList,
): Node | undefined {
  const found = readPattern(name);
  if (!found) {
    const near = nearest(name, assetNames('patterns'));
    problems.add({
      code: 'pattern/unknown',
      at,
      message: `There is no pattern \`${name}\`.${near ? ` Did you mean \`${near}\`?` : ''}`,
      fix: `the patterns are: ${assetNames('patterns').join(' ')}`,
    });
    return undefined;
  }
  const values = argumentsOf(found, { name, at, args }, world, problems);
  return values && substituted(found.patch, values, at);
}

function argumentsOf(
  { pattern, params }: Read,
  { name, at, args }: Application,
  world: Node,
  problems: ProblemList,
): ReadonlyMap<string, Node> | undefined {
  const before = problems.told;
  const given: MapNode = args.kind === 'map' ? args : { kind: 'map', at: args.at, entries: new Map() };
  if (args.kind !== 'map')
    problems.add({
      code: 'pattern/parameters',
      at: args.at,
      message: `The pattern \`${name}\` takes a map of parameters: ${Object.keys(pattern.params).join(' ')}.`,
    });
  for (const [key, { key: place }] of given.entries) {
    if (Object.hasOwn(pattern.params, key)) continue;
    const near = nearest(key, Object.keys(pattern.params));
    problems.add({
      code: 'pattern/unknown-parameter',
      at: place,
      message: `The pattern \`${name}\` has no parameter \`${key}\`.${near ? ` Did you mean \`${near}\`?` : ''}`,
      fix: `its parameters are: ${Object.keys(pattern.params).join(' ')}`,
    });
  }
  const values = new Map<string, Node>();
  for (const [key, definition] of Object.entries(pattern.params)) {
    const value = get(given, key);
    if (value) {
      const wrong = paramProblem(value, definition as ParamType, world);
      if (wrong)
        problems.add({
          code: 'pattern/parameter',
          at: value.at,
          message: `\`${key}\` of \`${name}\`: ${wrong}`,
        });
      values.set(key, value);
    } else if ('default' in definition) {
      values.set(key, get(get(params, key), 'default') ?? scalar(null, at));
    } else {
      problems.add({
        code: 'pattern/missing-parameter',
        at,
        message: `The pattern \`${name}\` needs \`${key}\`${definition.about ? `: ${definition.about}` : `, a ${definition.type}`}.`,
      });
    }
  }
  return problems.told === before ? values : undefined;
}
