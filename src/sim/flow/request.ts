import type { Thing } from '../entities.ts';
import type { Value } from '../expression/value.ts';
import type { Cancellation } from '../grpc/cancellation.ts';
import type { ResponseReader } from '../grpc/response-reader.ts';
import type { ResponseStream } from '../grpc/response-stream.ts';
import type { Micros } from '../kernel/time.ts';
import { NEVER } from '../kernel/time.ts';
import { type Credentials, NOBODY } from '../security/token.ts';

export type Body = Readonly<Record<string, Value>>;

/** What an operation is asked: by a caller, a consumer, a schedule or a client's own flow. */
export interface Request {
  readonly body: Body;
  /** The business thing it is about; undefined for a timer's or a batch's. */
  readonly thing: Thing | undefined;
  /** Tells repeats of the same work apart: 0 for the first way through, mixed anew by each retry and each element. */
  readonly variant: number;
  /** From 1, as the callee sees it. */
  readonly attempt: number;
  readonly idempotencyKey: string | null;
  /** The callee stops at the next step border after this, if its caller told it. */
  readonly deadline: Micros;
  /** The envelope, where a message brought it. */
  readonly message: Body | null;
  /** Who asks, as the request itself shows it. */
  readonly credentials: Credentials;
  /** `If-None-Match`: an answer with this entity tag need not be sent again. */
  readonly ifNoneMatch: number | null;
  /** Where many requests come as one: their bodies, of which `body` is the first. */
  readonly batch: readonly Body[] | null;
  /** It came in a batch behind others, whose statements read its rows, too. */
  readonly rides: boolean;
  /** Tells whoever works for it that its caller has taken it back; null where callers cannot. */
  readonly cancellation: Cancellation | null;
  /** Its caller's side of a response that comes in many messages; null: it comes in one. */
  readonly reader: ResponseReader | null;
  /** Where those messages are written to, as whoever answers has it. */
  readonly stream: ResponseStream | null;
}

export const REQUEST: Request = {
  body: {},
  thing: undefined,
  variant: 0,
  attempt: 1,
  idempotencyKey: null,
  deadline: NEVER,
  message: null,
  credentials: NOBODY,
  ifNoneMatch: null,
  batch: null,
  rides: false,
  cancellation: null,
  reader: null,
  stream: null,
};
