import type { Code } from './code.ts';
import type { Meter } from './meter.ts';
import type { Node } from './syntax.ts';
import type { Value } from './value.ts';

/** What an expression may name and call. `H` is whatever the functions need to do their work. */
export interface Vocabulary<H> {
  /** The names, and where in the slot array each one's value lies. */
  readonly slots: ReadonlyMap<string, number>;
  /** For a name, or a path like `sum.charged`, the fields known to exist; without an entry any field may be asked for. */
  readonly fields?: ReadonlyMap<string, readonly string[] | undefined>;
  /** What may be called besides the built-in functions. */
  readonly functions: ReadonlyMap<string, ExpressionFunction<H>>;
  /** Names that are there in other places only, and what to say of them here. */
  readonly elsewhere?: ReadonlyMap<string, string>;
  /** Names whose values never change. */
  readonly constants?: ReadonlyMap<string, Value>;
}

/** A function that expressions may call. */
export interface ExpressionFunction<H> {
  /** What it gives, in one line. */
  readonly summary: string;
  /** The fewest and the most arguments. */
  readonly arity: readonly [number, number];
  /** Throws an `EvaluationProblem`, with a message only, for arguments it cannot use. */
  call(host: H, args: readonly Value[]): Value;
}

/** A call as it stands in an expression: for those who check that what it names exists. */
export interface Call {
  readonly name: string;
  /** The arguments' values, `undefined` for those not known before a run. */
  readonly args: readonly (Value | undefined)[];
  readonly start: number;
  readonly end: number;
}

/** Where a loop keeps the item it is at. */
export interface Cell {
  item: Value;
}

/** What compiling one expression carries along, and what it finds out. */
export interface Context<H> {
  readonly source: string;
  readonly vocabulary: Vocabulary<H>;
  /** The items of the loops around this part, by their names. */
  readonly locals: ReadonlyMap<string, Cell>;
  readonly meter: Meter;
  readonly names: Set<string>;
  readonly paths: Set<string>;
  readonly functions: Set<string>;
  readonly calls: Call[];
}

/** Compiles any part; handed to those who compile one kind, so that they need not import each other. */
export type Compile = <H>(node: Node, context: Context<H>) => Code<H>;
