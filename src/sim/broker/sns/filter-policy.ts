/** A value that a condition compares: of a message attribute, or of a field of the body. */
type Scalar = string | number | boolean | null;

/** One way for a value to match. A bare value matches what equals it, type and case included. */
type Condition =
  | Scalar
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly 'equals-ignore-case': string }
  | {
      readonly 'anything-but':
        | Scalar
        | readonly Scalar[]
        | { readonly prefix: string }
        | { readonly suffix: string };
    }
  /** Pairs of an operator (`=`, `<`, `<=`, `>`, `>=`) and a number, all of which must hold. */
  | { readonly numeric: readonly (string | number)[] }
  /** `false`: the message must not have it. */
  | { readonly exists: boolean };

/**
 * Which messages a subscription wants: every name must match, by at least one of its conditions. In the scope of
 * the body names may lead into inner objects. `$or` holds policies of which one must match.
 */
export interface FilterPolicy {
  readonly [name: string]: readonly Condition[] | FilterPolicy | readonly FilterPolicy[];
}

/** What is matched: a message's attributes, or its body. */
export type Matched = Readonly<Record<string, unknown>>;

/** Whether a message passes a filter policy (Amazon SNS Developer Guide, "Message filtering"). */
export function passes(policy: FilterPolicy, data: Matched): boolean {
  for (const [name, rule] of Object.entries(policy)) {
    if (name === '$or') {
      if (!(rule as readonly FilterPolicy[]).some((one) => passes(one, data))) return false; // its only form
    } else if (Array.isArray(rule)) {
      const value = Object.hasOwn(data, name) ? data[name] : undefined;
      if (!(rule as readonly Condition[]).some((condition) => matches(condition, value))) return false; // not `$or`
    } else {
      const inner = Object.hasOwn(data, name) ? data[name] : undefined;
      if (!passes(rule as FilterPolicy, isObject(inner) ? inner : {})) return false; // no array: an inner policy
    }
  }
  return true;
}

/** A list matches if one of its elements does. */
function matches(condition: Condition, value: unknown): boolean {
  if (typeof condition === 'object' && condition !== null && 'exists' in condition)
    return condition.exists === (value !== undefined);
  if (value === undefined) return false;
  return Array.isArray(value)
    ? value.some((each) => matchesOne(condition, each))
    : matchesOne(condition, value);
}

function matchesOne(condition: Condition, value: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return value === condition;
  const text = typeof value === 'string' ? value : undefined;
  if ('prefix' in condition) return text?.startsWith(condition.prefix) === true;
  if ('suffix' in condition) return text?.endsWith(condition.suffix) === true;
  if ('equals-ignore-case' in condition)
    return text?.toLowerCase() === condition['equals-ignore-case'].toLowerCase();
  if ('numeric' in condition) return typeof value === 'number' && within(condition.numeric, value);
  if ('anything-but' in condition) return isOther(condition['anything-but'], value);
  return false;
}

function isOther(
  not: Extract<Condition, { 'anything-but': unknown }>['anything-but'],
  value: unknown,
): boolean {
  if (Array.isArray(not)) return !not.includes(value as Scalar); // whatever it is, it is only compared
  if (typeof not === 'object' && not !== null) return !matchesOne(not as Condition, value); // arrays are done with
  return value !== not;
}

function within(bounds: readonly (string | number)[], value: number): boolean {
  for (let i = 0; i + 1 < bounds.length; i += 2) {
    const bound = Number(bounds[i + 1]);
    const holds = {
      '=': value === bound,
      '<': value < bound,
      '<=': value <= bound,
      '>': value > bound,
      '>=': value >= bound,
    }[String(bounds[i])];
    if (holds !== true) return false;
  }
  return true;
}

const isObject = (value: unknown): value is Matched =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
