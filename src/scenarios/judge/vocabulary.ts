import { generationsOf } from '../../sim/contracts/generation.ts';
import {
  compileExpression,
  type Expression,
  ExpressionProblem,
  type Vocabulary,
} from '../../sim/expression/expression.ts';
import { close, listed } from '../../sim/expression/suggest.ts';
import type { World } from '../../sim/world/schema/world.ts';
import type { CheckDefinition } from './checks/check.ts';
import { checks as definitions } from './checks/index.ts';
import type { CheckDocument, Checks } from './document.ts';
import { AGGREGATES } from './entity-expression.ts';
import { factFields } from './fact-names.ts';
import { placeIn, placesOf, type Target } from './places.ts';
import { type RunFunction, runFunctions } from './run-functions.ts';

/** A name in a check that means nothing in any world of the exercise. */
export interface VocabularyProblem {
  /** The check's id. */
  readonly check: string;
  /** The setting in which it stands, such as `must` or `slo`. */
  readonly field: string;
  readonly message: string;
  /** Where in the setting's text; the whole of it where absent. */
  readonly start?: number;
  readonly end?: number;
  readonly suggestion?: string;
}

const EXPRESSIONS = ['if', 'must', 'finally', 'of'] as const;

/** What may be named, over all worlds that an exercise's options make. */
interface Known {
  readonly worlds: readonly World[];
  readonly facts: ReadonlyMap<string, ReadonlySet<string>>;
  /** Each entity with its attributes. */
  readonly entities: ReadonlyMap<string, ReadonlySet<string>>;
  readonly faults: ReadonlySet<string>;
  readonly clients: ReadonlySet<string>;
  readonly places: readonly string[];
}

/**
 * Every name in a set of checks that no world of an exercise knows: facts that no step can record, places, faults,
 * entities, attributes. Give all worlds that its options make, so that a check may speak of what one option adds.
 */
export function checkVocabulary(worlds: World | readonly World[], checks: Checks): VocabularyProblem[] {
  const known = knownIn('run' in worlds ? [worlds] : worlds);
  return Object.entries(checks).flatMap(([id, document]) =>
    [...namesIn(document, known), ...expressionsIn(document, known)].map((problem) => ({
      check: id,
      ...problem,
    })),
  );
}

type Found = Omit<VocabularyProblem, 'check'>;

function* namesIn({ kind, settings }: CheckDocument, known: Known): Generator<Found> {
  const { entities, faults, clients, places } = known;
  for (const field of ['during', 'outside', 'after']) {
    const window = settings[field];
    const fault = typeof window === 'string' ? window : faultOf(window);
    if (fault !== undefined) yield* unknown(field, 'fault', fault, faults);
  }
  if (kind === 'invariant') {
    if (typeof settings.every === 'string')
      yield* unknown('every', 'entity', settings.every, entities.keys());
    return;
  }
  if (kind === 'cost') return;
  const place = String(settings[kind]);
  if (kind === 'compatible') {
    const contracts = known.worlds.flatMap((world) => Object.keys(world.contracts));
    yield* unknown(kind, 'contract', place, new Set(contracts));
    return;
  }
  if (kind === 'aligned') {
    yield* unknown(kind, 'concept', place, new Set(known.worlds.flatMap(conceptsOf)));
    return;
  }
  if (kind === 'deployed') {
    yield* unknown(kind, 'fault', place, faults);
    return;
  }
  if (kind === 'traced') {
    yield* unknown(kind, 'entity', place, entities.keys());
    return;
  }
  const { target }: CheckDefinition = definitions[kind];
  if (target && !known.worlds.some((world) => fits(target, world, place))) {
    const fitting = places.filter((name) => known.worlds.some((world) => fits(target, world, name)));
    yield* unknown(kind, target.called, place, fitting);
  }
  if (kind === 'amplification') yield* unknown('per', 'client', String(settings.per), clients);
  if (kind === 'ordered') yield* unknown('by', 'entity', String(settings.by), entities.keys());
}

/** What contracts are about. */
const conceptsOf = ({ contracts }: World): string[] =>
  Object.values(contracts)
    .flatMap(generationsOf)
    .flatMap(({ fields }) => [...fields.values()].flatMap(({ concept }) => concept ?? []));

function fits(target: Target, world: World, name: string): boolean {
  const place = placeIn(world, name);
  return place !== undefined && target.fits(place);
}

function faultOf(window: unknown): string | undefined {
  if (typeof window !== 'object' || window === null || !('fault' in window)) return undefined;
  return String(window.fault);
}

function* unknown(field: string, what: string, name: string, names: Iterable<string>): Generator<Found> {
  const all = [...names];
  if (all.includes(name)) return;
  const suggestion = close(name, all);
  const hint =
    suggestion === undefined
      ? `; there is ${all.length === 0 ? 'none' : listed(all)}`
      : `. Did you mean \`${suggestion}\`?`;
  yield {
    field,
    message: `no ${what} is called \`${name}\`${hint}`,
    ...(suggestion !== undefined && { suggestion }),
  };
}

function* expressionsIn({ kind, settings }: CheckDocument, known: Known): Generator<Found> {
  if (kind !== 'invariant' && kind !== 'traced') return;
  const every = kind === 'traced' ? settings.traced : settings.every;
  for (const field of EXPRESSIONS) {
    const source = settings[field];
    if (typeof source !== 'string') continue;
    try {
      if (typeof every === 'string') compileExpression(source, entityVocabulary(every, known));
      else
        yield* argumentsOf(
          field,
          compileExpression(source, { slots: new Map(), functions: runFunctions }),
          known,
        );
    } catch (error) {
      if (!(error instanceof ExpressionProblem)) throw error;
      const { message, start, end, suggestion } = error;
      yield { field, message, start, end, ...(suggestion !== undefined && { suggestion }) };
    }
  }
}

/** What an expression about one entity may name. */
function entityVocabulary(
  every: string,
  { facts, entities }: Pick<Known, 'facts' | 'entities'>,
): Vocabulary<null> {
  const names = [...facts.keys()];
  const slots = new Map([...names, every, ...AGGREGATES].map((name, slot) => [name, slot]));
  const fields = new Map<string, readonly string[]>([[every, [...(entities.get(every) ?? [])]]]);
  for (const aggregate of AGGREGATES) fields.set(aggregate, names);
  for (const [name, own] of facts) {
    const whole = [...own, ...entities.keys(), 'at'];
    fields.set(`sum.${name}`, [...own]);
    fields.set(`first.${name}`, whole);
    fields.set(`last.${name}`, whole);
  }
  return { slots, fields, functions: new Map() };
}

/** Names that functions over the whole run are given. */
function* argumentsOf<H>(field: string, { calls }: Expression<H>, known: Known): Generator<Found> {
  for (const { name, args, start, end } of calls) {
    const given = args.findLast((arg) => typeof arg === 'string');
    const names = runFunctions.get(name)?.names;
    if (typeof given !== 'string' || names === undefined) continue;
    for (const found of unknown(field, names, given, namesOf(names, known))) yield { ...found, start, end };
  }
}

function namesOf(
  names: NonNullable<RunFunction['names']>,
  { facts, entities, places }: Known,
): Iterable<string> {
  if (names === 'fact') return facts.keys();
  return names === 'entity' ? entities.keys() : places;
}

function knownIn(worlds: readonly World[]): Known {
  const facts = new Map<string, Set<string>>();
  const entities = new Map<string, Set<string>>();
  for (const world of worlds) {
    for (const [name, own] of factFields(world)) add(facts, name, own);
    for (const [name, { data }] of Object.entries(world.entities)) add(entities, name, Object.keys(data));
    for (const { entity, data } of Object.values(world.clients))
      if (entity !== null) add(entities, entity, Object.keys(data));
  }
  return {
    worlds,
    facts,
    entities,
    faults: new Set(worlds.flatMap(({ chaos }) => Object.keys(chaos))),
    clients: new Set(worlds.flatMap(({ clients }) => Object.keys(clients))),
    places: [...new Set(worlds.flatMap(placesOf))],
  };
}

function add(into: Map<string, Set<string>>, name: string, values: Iterable<string>): void {
  const known = into.get(name) ?? new Set<string>();
  for (const value of values) known.add(value);
  into.set(name, known);
}
