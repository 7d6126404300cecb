import {
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  isAbstractType,
  Kind,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';

/** What a query was asked with. */
export interface Asked {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The fields to answer for an object, by the names that they have in the answer, in order (specification, 6.3.2). */
export function collectFields(
  asked: Asked,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): ReadonlyMap<string, readonly FieldNode[]> {
  const found = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  for (const set of sets) gather(asked, type, set, found, visited);
  return found;
}

function gather(
  asked: Asked,
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  found: Map<string, FieldNode[]>,
  visited: Set<string>,
): void {
  const { schema, fragments, variables } = asked;
  for (const each of selections) {
    if (getDirectiveValues(GraphQLSkipDirective, each, variables)?.['if'] === true) continue;
    if (getDirectiveValues(GraphQLIncludeDirective, each, variables)?.['if'] === false) continue;
    if (each.kind === Kind.FIELD) {
      const key = each.alias?.value ?? each.name.value;
      const known = found.get(key);
      if (known) known.push(each);
      else found.set(key, [each]);
      continue;
    }
    const spread = each.kind === Kind.FRAGMENT_SPREAD ? each.name.value : null;
    if (spread !== null && visited.has(spread)) continue;
    if (spread !== null) visited.add(spread);
    const fragment = each.kind === Kind.FRAGMENT_SPREAD ? fragments.get(each.name.value) : each;
    if (!fragment) continue;
    const condition = fragment.typeCondition && typeFromAST(schema, fragment.typeCondition);
    const fits =
      !condition || condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
    if (fits) gather(asked, type, fragment.selectionSet, found, visited);
  }
}
