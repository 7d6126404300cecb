import {
  type FieldNode,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getArgumentValues,
  getNamedType,
  isAbstractType,
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
import type { Outcome } from '../outcome.ts';
import { type Asked, collectFields } from './collect.ts';
import { sideBySide } from './side-by-side.ts';

/** Gives a field its value: in this frame, which knows the field's `args` and its `parent`. */
export type Resolver = (frame: Frame) => Process<Outcome>;

/** An error of an answer (specification, 7.1.2). */
export interface FieldError {
  readonly message: string;
  readonly path: readonly (string | number)[];
}

type Path = FieldError['path'];

/** A place in the answer, and the frame in which it is filled. */
interface Place {
  readonly path: Path;
  readonly frame: Frame;
}

/** A place that fields of the query ask for. */
interface FieldPlace extends Place {
  readonly nodes: readonly FieldNode[];
}

/** What fields are fields of. */
interface Parent {
  readonly type: GraphQLObjectType;
  readonly value: Value;
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
    return (yield* this.#object({ type, value: {} }, [set], { path: [], frame }, serial)) ?? null;
  }

  *#object(
    parent: Parent,
    sets: readonly SelectionSetNode[],
    { path, frame }: Place,
    serial = false,
  ): Process<Completed> {
    const groups = [...collectFields(this.#asked, parent.type, sets)];
    const parts = groups.map(([key, nodes]) => ({
      inline: serial || this.#known(parent.type, nodes),
      work: (own: Frame) => this.#field(parent, { path: [...path, key], nodes, frame: own }),
    }));
    const values = yield* sideBySide(frame, parts);
    if (values.includes(undefined)) return undefined;
    return Object.fromEntries(groups.map(([key], at) => [key, values[at] ?? null]));
  }

  /** Whether a field is there with its parent, and nothing has to be asked for it. */
  #known(type: GraphQLObjectType, [node]: readonly FieldNode[]): boolean {
    const name = node?.name.value ?? '';
    const field = type.getFields()[name];
    return !field || (!this.#resolvers.has(`${type.name}.${name}`) && isLeafType(getNamedType(field.type)));
  }

  *#field({ type, value: parent }: Parent, place: FieldPlace): Process<Completed> {
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

  #arguments(field: GraphQLField<unknown, unknown>, node: FieldNode, place: FieldPlace): Value | undefined {
    try {
      return getArgumentValues(field, node, this.#asked.variables) as Record<string, Value>; // of JSON and coerced: plain data
    } catch (error) {
      return this.#failed(place, said(error));
    }
  }

  /** A value where the schema says what may stand. */
  *#position(type: GraphQLOutputType, value: Value, place: FieldPlace): Process<Completed> {
    if (!isNonNullType(type)) return (yield* this.#completed(type, value, place)) ?? null;
    const completed = yield* this.#completed(type.ofType, value, place);
    if (completed === null) return this.#failed(place, 'null where nothing may be missing');
    return completed;
  }

  *#completed(type: GraphQLOutputType, value: Value, place: FieldPlace): Process<Completed> {
    const { path, nodes, frame } = place;
    if (value === null) return null;
    if (isLeafType(type)) return this.#leaf(type, value, place);
    if (isListType(type)) {
      if (!isList(value)) return this.#failed(place, 'no list');
      this.#elements += value.length;
      if (this.#elements > MOST_ELEMENTS) return this.#failed(place, 'the answer is too long');
      const inline = isLeafType(getNamedType(type));
      const parts = value.map((item, at) => ({
        inline,
        work: (own: Frame) => this.#position(type.ofType, item, { path: [...path, at], nodes, frame: own }),
      }));
      const items = yield* sideBySide(frame, parts);
      return items.includes(undefined) ? undefined : (items as Value[]);
    }
    const object = this.#typeOf(getNamedType(type).name, value);
    if (!object) return this.#failed(place, `no ${getNamedType(type).name}`);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    return yield* this.#object({ type: object, value }, sets, place);
  }

  /** The type of an object; of an interface or a union, the one of its types that the object names as its own. */
  #typeOf(name: string, value: Value): GraphQLObjectType | undefined {
    const { schema } = this.#asked;
    const type = schema.getType(name);
    if (!isFields(value)) return undefined;
    if (isObjectType(type)) return type;
    const own = schema.getType(String(value['__typename']));
    return isAbstractType(type) && isObjectType(own) && schema.isSubType(type, own) ? own : undefined;
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
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));
