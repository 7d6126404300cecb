import { compileExpression, EvaluationProblem, type Expression } from '../../sim/expression/expression.ts';
import type { Value } from '../../sim/expression/value.ts';
import type { Fact } from '../../sim/run.ts';
import type { FactIndex } from './view.ts';

/** The words before a fact's name: `sum.charged.amount`, `first.charged.at`, `last.shipped.address`, `all.mailed`. */
export const AGGREGATES = ['sum', 'first', 'last', 'all'] as const;
type Aggregate = (typeof AGGREGATES)[number];

const WORD = /[a-z_][A-Za-z0-9_]*/g;

/** The expressions of one check on each entity of a sort, over one array of slots. */
export interface EntityExpressions {
  readonly entity: string;
  readonly size: number;
  readonly slots: ReadonlyMap<string, number>;
  /** Names that may be facts: every word that is no entity and no aggregate. */
  readonly words: ReadonlySet<string>;
  /** The facts and fields that each aggregate is asked for. */
  readonly wanted: Readonly<Record<Aggregate, ReadonlyMap<string, readonly string[]>>>;
  readonly if: Expression<null> | undefined;
  readonly must: Expression<null> | undefined;
  readonly finally: Expression<null> | undefined;
}

/** The texts that a check may give. */
export interface Sources {
  readonly if: string | null;
  readonly must: string | null;
  readonly finally: string | null;
}

const compiled = new WeakMap<Sources, EntityExpressions>();

/** Compiles a check's expressions; once for each check, however many runs it judges. */
export function entityExpressions(every: string, sources: Sources): EntityExpressions {
  const known = compiled.get(sources);
  if (known?.entity === every) return known;
  const made = compile(every, sources);
  compiled.set(sources, made);
  return made;
}

/**
 * A slot for every word, since a fact that this design never records counts zero. Whether any design of the exercise
 * could record it was checked when the exercise was read.
 */
function compile(every: string, texts: Sources): EntityExpressions {
  const sources = [texts.if, texts.must, texts.finally];
  const slots = new Map<string, number>([[every, 0]]);
  for (const name of AGGREGATES) slots.set(name, slots.size);
  for (const source of sources) {
    for (const [word] of source?.matchAll(WORD) ?? []) if (!slots.has(word)) slots.set(word, slots.size);
  }
  const vocabulary = { slots, functions: new Map() };
  const [condition, must, final] = sources.map((source) =>
    source === null ? undefined : compileExpression<null>(source, vocabulary),
  );
  const used = [condition, must, final].filter((expression) => expression !== undefined);
  const words = new Set<string>();
  const wanted: Record<Aggregate, Map<string, string[]>> = {
    sum: new Map(),
    first: new Map(),
    last: new Map(),
    all: new Map(),
  };
  for (const path of used.flatMap((expression) => [...expression.paths])) {
    const [head = '', fact, field] = path.split('.');
    const aggregate = AGGREGATES.find((name) => name === head);
    if (aggregate && fact !== undefined) {
      const fields = wanted[aggregate].get(fact) ?? [];
      if (field !== undefined && !fields.includes(field)) fields.push(field);
      wanted[aggregate].set(fact, fields);
      words.add(fact);
    } else if (!aggregate && head !== every) words.add(head);
  }
  return { entity: every, size: slots.size, slots, words, wanted, if: condition, must, finally: final };
}

/** The facts of one entity so far, as slots that expressions read. Reused for one entity after the other. */
export class Tally {
  readonly #expressions: EntityExpressions;
  readonly #slots: unknown[];
  /** By the number of a fact's name: where its count is kept, -1 for facts that no expression names. */
  readonly #slotOf: Int32Array;
  readonly #sums: Record<string, Record<string, number>> = {};
  readonly #firsts: Record<string, Value> = {};
  readonly #lasts: Record<string, Value> = {};
  readonly #alls: Record<string, Value[]> = {};
  readonly #aggregates: boolean;

  constructor(expressions: EntityExpressions, facts: FactIndex) {
    const { slots, words, wanted } = expressions;
    this.#expressions = expressions;
    this.#slots = new Array(expressions.size).fill(undefined);
    this.#slotOf = Int32Array.from(facts.names, (name) => (words.has(name) ? (slots.get(name) ?? -1) : -1));
    this.#aggregates = AGGREGATES.some((name) => wanted[name].size > 0);
    const objects = { sum: this.#sums, first: this.#firsts, last: this.#lasts, all: this.#alls };
    for (const name of AGGREGATES) this.#slots[slots.get(name)!] = objects[name];
  }

  /** Whether a fact of this name can change the truth of an expression. */
  counts(name: number): boolean {
    return this.#slotOf[name] !== -1;
  }

  /** Forgets all facts, and takes the attributes of the next entity. */
  reset(attributes: Readonly<Record<string, Value>>): void {
    const { slots, words, wanted } = this.#expressions;
    this.#slots[0] = attributes;
    for (const word of words) this.#slots[slots.get(word)!] = 0;
    if (!this.#aggregates) return;
    for (const [fact, fields] of wanted.sum) {
      this.#sums[fact] = Object.fromEntries(fields.map((field) => [field, 0]));
    }
    for (const fact of wanted.first.keys()) delete this.#firsts[fact];
    for (const fact of wanted.last.keys()) delete this.#lasts[fact];
    for (const fact of wanted.all.keys()) this.#alls[fact] = [];
  }

  /** Counts one fact in. */
  add(name: number, fact: Fact): void {
    const slot = this.#slotOf[name]!;
    this.#slots[slot] = (this.#slots[slot] as number) + 1; // slots of facts hold numbers, see reset
    if (this.#aggregates) this.#aggregate(fact);
  }

  /** Whether an expression is true now. Throws an {@link EvaluationProblem} where it has no answer. */
  holds(expression: Expression<null>): boolean {
    const value = expression.evaluate(this.#slots, null);
    if (typeof value === 'boolean') return value;
    throw new EvaluationProblem(`\`${expression.source}\` is neither true nor false`);
  }

  #aggregate(fact: Fact): void {
    const { wanted } = this.#expressions;
    const sums = this.#sums[fact.name];
    for (const field of wanted.sum.get(fact.name) ?? []) {
      const value = fact.fields[field];
      if (sums && typeof value === 'number') sums[field] = (sums[field] ?? 0) + value;
    }
    const first = wanted.first.has(fact.name) && this.#firsts[fact.name] === undefined;
    const last = wanted.last.has(fact.name);
    const all = wanted.all.has(fact.name);
    if (!first && !last && !all) return;
    const value = asValue(fact);
    if (first) this.#firsts[fact.name] = value;
    if (last) this.#lasts[fact.name] = value;
    if (all) this.#alls[fact.name]?.push(value);
  }
}

/** A fact as expressions see it: its fields, whom it concerns, and when it was recorded. */
function asValue(fact: Fact): Value {
  return { ...fact.entities, ...fact.fields, at: fact.at };
}
