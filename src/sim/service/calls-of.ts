import type { Fields } from '../world/schema/common.ts';

/** An operation that a step calls. */
export interface StepCall {
  readonly to: string;
  /** What it is asked with; null: the request as it came. */
  readonly with: Fields | null;
  /** Where the step says so: the way from the step to the address, and from there to `with`. */
  readonly at: readonly string[];
  /** Whether its response is read as a stream of messages. */
  readonly streamed: boolean;
}

/** An operation of one's own that takes the messages of a stream. */
export interface StepHandler {
  readonly to: string;
  /** The operation called. */
  readonly of: string;
  readonly at: readonly string[];
}

/** A step as it is read, whatever its verb. */
interface StepAsRead {
  readonly verb: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What both verbs that call have in common, as their own fields say. */
interface Calling {
  readonly call: string | null;
  readonly with: Fields | null;
  readonly stream?: { readonly onMessage: string | null } | null;
}

/** The operations that a step calls. It is read apart from the verbs, so that who draws a world need not load them. */
export function callsOf({ verb, fields }: StepAsRead): readonly StepCall[] {
  const calling = ({ call, with: given, stream }: Calling, at: readonly string[]): StepCall[] =>
    call === null ? [] : [{ to: call, with: given, at: [...at, 'call'], streamed: stream != null }];
  if (verb === 'call') return calling(fields as unknown as Calling, []);
  if (verb !== 'graphql') return [];
  const resolve = fields['resolve'] as Readonly<Record<string, Calling>>;
  return Object.entries(resolve).flatMap(([field, each]) => calling(each, ['resolve', field]));
}

/** Who takes the messages of a stream that a step reads; null where there is none. */
export function handlerOf({ verb, fields }: StepAsRead): StepHandler | null {
  if (verb !== 'call') return null;
  const { call, stream } = fields as unknown as Calling;
  const to = stream?.onMessage ?? null;
  return to === null || call === null ? null : { to, of: call, at: ['stream', 'onMessage'] };
}
