import {
  type FieldNode,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getArgumentValues,
  getNamedType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import { isFields, isList, type Value } from '../expression/value.ts';
import type { Frame } from '../flow/frame.ts';
import { hashText } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import { Signal } from '../kernel/signal.ts';
import type { Outcome } from '../outcome.ts';
import { type Asked, collectFields } from './collect.ts';

/** Gives a field its value: in this frame, which knows the field's `args` and its `parent`. */
export type Resolver = (frame: Frame) => Process<Outcome>;

/** An error of an answer (specification, 7.1.2). */
export interface FieldError {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

type Path = FieldError['path'];

/** A place in the answer: where it is, the fields of the query that ask for it, and the frame in which it is filled. */
interface Place {
  readonly path: Path;
  readonly nodes: readonly FieldNode[];
  readonly frame: Frame;
}

/** Elements of lists in one answer, at most. */
const MOST_ELEMENTS = 100_000;

/** A value; undefined where it failed and has been told of, so that what it is part of must do without. */
type Completed = Value | undefined;

/**
 * One answer on its way (specification, 6.3 and 6.4): fields side by side, those of a mutation one after the other. A
 * field that fails is null, or, if it must not be, what it is part of is; the others go on.
 *
 * Values that a schema cannot write are errors of their field, as failed calls are.
 */
export class Execution {
  readonly errors: FieldError[] = [];
  #elements = 0;
  readonly #asked: Asked;
  readonly #resolvers: ReadonlyMap<string, Resolver>;
  readonly #tell: (frame: Frame, error: FieldError) => void;

  /** `resolvers` by type and field: `Product.price`; a field without takes what its parent has under its name. */
  constructor(
    asked: Asked,
    resolvers: ReadonlyMap<string, Resolver>,
    tell: (frame: Frame, error: FieldError) => void,
  ) {
    this.#asked = asked;
    this.#resolvers = resolvers;
    this.#tell = tell;
  }

  /** The answer's `data`. */
  *data(type: GraphQLObjectType, set: SelectionSetNode, frame: Frame, serial: boolean): Process<Value> {
    return (yield* this.#object(type, {}, [set], frame, [], serial)) ?? null;
  }

  *#object(
    type: GraphQLObjectType,
    parent: Value,
    sets: readonly SelectionSetNode[],
    frame: Frame,
    path: Path,
    serial = false,
  ): Process<Completed> {
    const groups = [...collectFields(this.#asked, type, sets)];
    const values = yield* this.#all(
      frame,
      serial,
      groups,
      ([key, nodes], own) => this.#field(type, parent, { path: [...path, key], nodes, frame: own }),
      ([, [node]]) => node !== undefined && this.#known(type, node.name.value),
    );
    if (values.includes(undefined)) return undefined;
    return Object.fromEntries(groups.map(([key], at) => [key, values[at] ?? null]));
  }

  /** Whether a field is there with its parent, and nothing has to be asked for it. */
  #known(type: GraphQLObjectType, name: string): boolean {
    const field = type.getFields()[name];
    return !field || (!this.#resolvers.has(`${type.name}.${name}`) && isLeafType(getNamedType(field.type)));
  }

  *#field(type: GraphQLObjectType, parent: Value, place: Place): Process<Completed> {
    const { path, nodes, frame } = place;
    const [node] = nodes as [FieldNode, ...FieldNode[]];
    const name = node.name.value;
    const field = type.getFields()[name];
    if (!field) return type.name; // `__typename`: the query is valid
    const resolver = this.#resolvers.get(`${type.name}.${name}`);
    const given = isFields(parent) ? (parent[name] ?? null) : null;
    if (!resolver) return yield* this.#position(field.type, given, place);
    const args = this.#arguments(field, node, place);
    if (args === undefined) return isNonNullType(field.type) ? undefined : null;
    const own = frame.field(parent, args, hashText(path.join('.')));
    const outcome = yield* resolver(own);
    frame.cause = own.cause;
    if (outcome.ok && outcome.degraded) frame.degrade();
    if (outcome.ok) return yield* this.#position(field.type, outcome.value, place);
    this.#failed(place, outcome.failure.reason);
    return isNonNullType(field.type) ? undefined : null;
  }

  #arguments(field: GraphQLField<unknown, unknown>, node: FieldNode, place: Place): Value | undefined {
    try {
      return getArgumentValues(field, node, this.#asked.variables) as Record<string, Value>; // of JSON and coerced: plain data
    } catch (error) {
      return this.#failed(place, said(error));
    }
  }

  /** A value where the schema says what may stand. */
  *#position(type: GraphQLOutputType, value: Value, place: Place): Process<Completed> {
    if (!isNonNullType(type)) return (yield* this.#completed(type, value, place)) ?? null;
    const completed = yield* this.#completed(type.ofType, value, place);
    if (completed === null) return this.#failed(place, 'null where nothing may be missing');
    return completed;
  }

  *#completed(type: GraphQLOutputType, value: Value, place: Place): Process<Completed> {
    const { path, nodes, frame } = place;
    if (value === null) return null;
    if (isLeafType(type)) return this.#leaf(type, value, place);
    if (isListType(type)) {
      if (!isList(value)) return this.#failed(place, 'no list');
      this.#elements += value.length;
      if (this.#elements > MOST_ELEMENTS) return this.#failed(place, 'the answer is too long');
      const items = yield* this.#all(frame, false, value, (item, own, at) =>
        this.#position(type.ofType, item, { path: [...path, at], nodes, frame: own }),
      );
      return items.includes(undefined) ? undefined : (items as Value[]);
    }
    const object = this.#typeOf(getNamedType(type).name, value);
    if (!object) return this.#failed(place, `no ${getNamedType(type).name}`);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    return yield* this.#object(object, value, sets, frame, path);
  }

  /** The type of an object; of an interface or a union, the one that the object names as its own. */
  #typeOf(name: string, value: Value): GraphQLObjectType | undefined {
    const { schema } = this.#asked;
    const type = schema.getType(name);
    if (!isFields(value) || isObjectType(type))
      return isFields(value) && isObjectType(type) ? type : undefined;
    const own = schema.getType(String(value['__typename']));
    return isObjectType(own) ? own : undefined;
  }

  #leaf(type: GraphQLLeafType, value: Value, place: Place): Completed {
    try {
      return type.serialize(value) as Value; // scalars of the specification and enumerations: plain data
    } catch (error) {
      return this.#failed(place, said(error));
    }
  }

  #failed({ path, frame }: Place, message: string): undefined {
    const error: FieldError = { message, path };
    this.errors.push(error);
    this.#tell(frame, error);
  }

  /** Each by a process of its own, so that all wait at once, but for those that are there; or one after the other. */
  *#all<T>(
    frame: Frame,
    serial: boolean,
    items: readonly T[],
    each: (item: T, frame: Frame, index: number) => Process<Completed>,
    known: (item: T) => boolean = () => false,
  ): Process<Completed[]> {
    const results: Completed[] = new Array(items.length).fill(undefined);
    const waiting: number[] = [];
    for (const [at, item] of items.entries()) {
      if (serial || known(item)) results[at] = yield* each(item, frame, at);
      else waiting.push(at);
    }
    const round = { left: waiting.length, ended: new Signal<true>(frame.system.sim) };
    for (const at of waiting) {
      const own = frame.branch();
      frame.host.scope.spawn(taking(each(items[at] as T, own, at), results, at, own, frame, round));
    }
    if (waiting.length > 0) yield* round.ended.wait();
    return results;
  }
}

/** Runs one of many, and tells when it was the last. */
function* taking(
  one: Process<Completed>,
  results: Completed[],
  at: number,
  own: Frame,
  parent: Frame,
  round: { left: number; readonly ended: Signal<true> },
): Process {
  results[at] = yield* one;
  if (own.cause !== parent.cause) parent.cause = own.cause;
  if (--round.left === 0) round.ended.resolve(true);
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
