import type { Fields } from '../world/schema/common.ts';

/** An operation that a step calls. */
export interface StepCall {
  readonly to: string;
  /** What it is asked with; null: the request as it came. */
  readonly with: Fields | null;
  /** Where the step says so: the way from the step to the object that holds `call` and `with`. */
  readonly at: readonly string[];
}

/** A step as it is read, whatever its verb. */
interface StepAsRead {
  readonly verb: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What both verbs that call have in common, as their own fields say. */
type Calling = { readonly call: string | null; readonly with: Fields | null };

/** The operations that a step calls. It is read apart from the verbs, so that who draws a world need not load them. */
export function callsOf({ verb, fields }: StepAsRead): readonly StepCall[] {
  const calling = (given: Calling, at: readonly string[]): StepCall[] =>
    given.call === null ? [] : [{ to: given.call, with: given.with, at }];
  if (verb === 'call') return calling(fields as unknown as Calling, []);
  if (verb !== 'graphql') return [];
  const resolve = fields['resolve'] as Readonly<Record<string, Calling>>;
  return Object.entries(resolve).flatMap(([field, each]) => calling(each, ['resolve', field]));
}
