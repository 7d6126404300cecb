import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { isFields, type Value } from '../expression/value.ts';
import { parsed } from './reading.ts';

/** What a query asks for, before it is run. */
export interface QueryShape {
  /** Fields inside one another, at most. */
  readonly depth: number;
  /** Fields in all, each counted as often as the lists around it are long. */
  readonly cost: number;
}

/** Arguments that say how long a list is. */
const SIZES = ['first', 'last', 'limit'];

/**
 * How deep and how dear a query is, from its text and its variables: what it would ask for, not what it would find. Null
 * where the text is no query, or its fragments run in a circle.
 *
 * A field with fields of its own counts as a list of `listSize` unless its arguments say how long it is.
 */
export function queryShape(text: string, listSize: number, variables: Value = null): QueryShape | null {
  const document = parsed(text);
  return 'problems' in document ? null : new Measure(document, listSize, variables).whole();
}

/** Adds up selections; each fragment once, however often it is spread, so that none can be made to take for ever. */
class Measure {
  readonly #operations: readonly OperationDefinitionNode[];
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #listSize: number;
  readonly #variables = new Map<string, Value>();
  /** Null where it cannot be told: a fragment that is missing, or that meets itself while it is being measured. */
  readonly #known = new Map<string, QueryShape | null>();

  constructor({ definitions }: DocumentNode, listSize: number, variables: Value) {
    this.#listSize = listSize;
    this.#operations = definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
    for (const each of definitions)
      if (each.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(each.name.value, each);
    for (const { variable, defaultValue } of this.#operations.flatMap(
      (each) => each.variableDefinitions ?? [],
    ))
      if (defaultValue?.kind === Kind.INT)
        this.#variables.set(variable.name.value, Number(defaultValue.value));
    if (isFields(variables))
      for (const [name, value] of Object.entries(variables)) this.#variables.set(name, value);
  }

  whole(): QueryShape | null {
    if (this.#operations.length === 0) return null;
    return this.#of(this.#operations.flatMap(({ selectionSet }) => selectionSet.selections));
  }

  #of(selections: readonly SelectionNode[]): QueryShape | null {
    let depth = 0;
    let cost = 0;
    for (const each of selections) {
      const shape = this.#one(each);
      if (shape === null) return null;
      depth = Math.max(depth, shape.depth);
      cost += shape.cost;
    }
    return { depth, cost };
  }

  #one(each: SelectionNode): QueryShape | null {
    if (each.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(each.name.value);
    if (each.kind === Kind.INLINE_FRAGMENT) return this.#of(each.selectionSet.selections);
    const below = this.#of(each.selectionSet?.selections ?? []);
    return below && { depth: below.depth + 1, cost: 1 + (this.#sizeOf(each) ?? this.#listSize) * below.cost };
  }

  #fragment(name: string): QueryShape | null {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    this.#known.set(name, null);
    const fragment = this.#fragments.get(name);
    const shape = fragment ? this.#of(fragment.selectionSet.selections) : null;
    this.#known.set(name, shape);
    return shape;
  }
  /** Length of the list that a field is, as its arguments say; null: they do not. */
  #sizeOf({ arguments: given = [] }: FieldNode): number | null {
    for (const { name, value } of given) {
      const size =
        value.kind === Kind.VARIABLE
          ? this.#variables.get(value.name.value)
          : value.kind === Kind.INT && Number(value.value);
      if (SIZES.includes(name.value) && typeof size === 'number') return Math.max(0, size);
    }
    return null;
  }
}
