/** What a refusal ends: the channel it came on, or the whole connection. */
export type Scope = 'channel' | 'connection';

/** Reply codes of AMQP 0-9-1 and what each one closes (its specification, "Reply codes"). */
const REPLIES = {
  CONNECTION_FORCED: [320, 'connection'],
  ACCESS_REFUSED: [403, 'channel'],
  NOT_FOUND: [404, 'channel'],
  RESOURCE_LOCKED: [405, 'channel'],
  PRECONDITION_FAILED: [406, 'channel'],
  SYNTAX_ERROR: [502, 'connection'],
  COMMAND_INVALID: [503, 'connection'],
  NOT_ALLOWED: [530, 'connection'],
  NOT_IMPLEMENTED: [540, 'connection'],
  INTERNAL_ERROR: [541, 'connection'],
} as const satisfies Record<string, readonly [number, Scope]>;

/** The name of a reply code. */
export type ReplyName = keyof typeof REPLIES;

/** A method the broker does not carry out. It is thrown inside a channel, whose edge turns it into a close. */
export class Refusal extends Error {
  override readonly name: ReplyName;
  readonly code: number;
  readonly scope: Scope;

  constructor(name: ReplyName, detail: string) {
    super(`${name} - ${detail}`);
    this.name = name;
    [this.code, this.scope] = REPLIES[name];
  }
}

/** A close by the server, as the client is told it. */
export interface Close {
  readonly scope: Scope;
  readonly code: number;
  readonly name: ReplyName;
  /** The method that was refused, such as `basic.ack`; null where there was none. */
  readonly method: string | null;
  readonly text: string;
}

/** `queue 'orders' in vhost '/'`, as the server's sentences name things. */
export const called = (kind: 'queue' | 'exchange', name: string): string => `${kind} '${name}' in vhost '/'`;

/** Nothing has that name. */
export const missing = (kind: 'queue' | 'exchange', name: string): Refusal =>
  new Refusal('NOT_FOUND', `no ${called(kind, name)}`);
