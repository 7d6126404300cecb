import { areFlags, type Flag, RESPONSE_FLAGS } from '../../sim/mesh/response-flags.ts';

/** What a caller met, after its name: "checkout …", by the reason that the record gives. */
const CALLER_MET: Readonly<Record<string, (callee: string) => string>> = {
  timeout: (callee) => `stopped waiting for ${callee}`,
  reset: (callee) => `lost its connection to ${callee}`,
  'connect-failure': (callee) => `found nobody listening at ${callee}`,
  'refused-stream': (callee) => `was refused by ${callee} before it began`,
  open: (callee) => `did not call ${callee}: its circuit breaker is open`,
  full: (callee) => `did not call ${callee}: its bulkhead is full`,
  'rate-limited': (callee) => `did not call ${callee}: its rate limiter lets no more through`,
  disabled: (callee) => `did not call ${callee}: it gave that call up after too many failures`,
  '503': (callee) => `was turned away by ${callee}, which had no room (503)`,
  'dns-failure': (callee) => `found no address for ${callee}`,
  'no-endpoints': (callee) => `knew of no instance of ${callee}`,
  tls: (callee) => `was cut off by ${callee} before it could say anything: it spoke no mutual TLS`,
  DEADLINE_EXCEEDED: (callee) => `stopped waiting for ${callee}: the deadline has passed (DEADLINE_EXCEEDED)`,
  UNAVAILABLE: (callee) => `could not reach ${callee}, or was turned away there (UNAVAILABLE)`,
  CANCELLED: (callee) => `took its call to ${callee} back (CANCELLED)`,
  'no-token': (callee) => `did not call ${callee}: it got no token for it`,
  contract: (callee) => `could not read what ${callee} sent`,
  unauthenticated: (callee) => `was not believed by ${callee} (401)`,
  authz: (callee) => `may not do that at ${callee} (403)`,
  PersistedQueryNotFound: (callee) => `was told by ${callee} that it does not know the query by its hash`,
  '429': (callee) => `was told by ${callee} to come back later (429)`,
};

/** What the caller knows of the work it asked for, by reason. Whether it was really done is another record's matter. */
const CALLER_KNOWS: Readonly<Record<string, string>> = {
  tls: 'nothing was done',
  timeout: 'it cannot tell whether the work was done',
  reset: 'it cannot tell whether the work was done',
  'connect-failure': 'nothing was done',
  'refused-stream': 'nothing was done',
  'dns-failure': 'nothing was sent',
  'no-endpoints': 'nothing was sent',
  '503': 'nothing was done',
  DEADLINE_EXCEEDED: 'it cannot tell whether the work was done',
  CANCELLED: 'it cannot tell whether the work was done',
};

/** What a caller may conclude from the first flag of its sidecar's answer. */
const MESH_KNOWS: Readonly<Record<string, string>> = {
  UH: 'nothing was done',
  UO: 'nothing was done',
  UT: 'it cannot tell whether the work was done',
  UC: 'it cannot tell whether the work was done',
};

/** `no connection to the host came about (UF), and all retries were used up (URX)`. */
export function flagsInWords(flags: string): string {
  return flags
    .split(',')
    .map((flag) =>
      Object.hasOwn(RESPONSE_FLAGS, flag) ? `${RESPONSE_FLAGS[flag as Flag].meaning} (${flag})` : flag,
    )
    .join(', and ');
}

/** How an attempt failed, from the caller's side. */
export function callerMet(reason: string, callee: string): string {
  if (Object.hasOwn(CALLER_MET, reason)) return CALLER_MET[reason]!(callee);
  if (areFlags(reason)) return `was answered by its own sidecar for ${callee}: ${flagsInWords(reason)}`;
  return reason === '' ? `got no good answer from ${callee}` : `was answered ${reason} by ${callee}`;
}

/** What the caller can tell then; undefined where it got a plain answer. */
export function callerKnows(reason: string): string | undefined {
  if (areFlags(reason)) return MESH_KNOWS[reason.split(',')[0] as string];
  return Object.hasOwn(CALLER_KNOWS, reason) ? CALLER_KNOWS[reason] : undefined;
}

/** Why a failure happened, as a noun: "since the last attempt ended in a timeout". */
export function asNoun(reason: string): string {
  const nouns: Readonly<Record<string, string>> = {
    timeout: 'a timeout',
    reset: 'a broken connection',
    'connect-failure': 'a refused connection',
    'dns-failure': 'a name without an address',
    'no-endpoints': 'an empty list of instances',
    DEADLINE_EXCEEDED: 'a deadline that has passed (DEADLINE_EXCEEDED)',
    UNAVAILABLE: 'a server that could not be reached, or had no room (UNAVAILABLE)',
    CANCELLED: 'a call that was taken back (CANCELLED)',
    open: 'an open circuit breaker',
    full: 'a full bulkhead',
    '503': 'a refusal for want of room',
    tls: 'a handshake that failed',
    '429': 'a limit that is used up (429)',
    contract: 'an answer or message that cannot be read',
    unauthenticated: 'credentials that are missing or not believed (401)',
    authz: 'a right that is missing (403)',
    'too-large': 'a request that is too large (413)',
    PersistedQueryNotFound: 'a query that is not known by its hash',
    conflict: 'a conflict',
    duplicate: 'a duplicate',
    'not-found': 'a row that was not there',
    'db-error': 'a database error',
    'db-reset': 'a broken connection to the database',
    'connection closed': 'the consumer’s connection was closed',
    'connection lost': 'the consumer was not heard of for too long',
    released: 'its consumer gave it back at once',
    undeliverable: 'it could not be delivered',
    'visibility timeout': 'its visibility timeout was over before it was deleted',
    'consumer timeout': 'the consumer took too long to settle it',
    'broker restart': 'the broker restarted',
    rejected: 'a rejection',
    'socket-timeout': 'no answer from the database in time',
    'pool-timeout': 'no free connection in time',
  };
  if (reason === '') return 'a failure';
  if (areFlags(reason)) return `the sidecar’s ${reason}`;
  return Object.hasOwn(nouns, reason) ? nouns[reason]! : reason;
}

/** Why a replica turned a request away. */
export function shedBecause(reason: string): string {
  const words: Readonly<Record<string, string>> = {
    full: 'its queue was full',
    expired: 'the caller had given it up by then',
    hopeless: 'it could no longer be done in time',
    down: 'it was down',
    deadline: 'its deadline had passed',
  };
  return Object.hasOwn(words, reason) ? words[reason]! : reason;
}
