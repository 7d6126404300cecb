/** What one kind of record tells, column by column; empty where the column is not used. */
export interface KindDescription {
  readonly summary: string;
  readonly place: string;
  readonly peer?: string;
  /** A whole number: microseconds, a count, a status or an index. */
  readonly value?: string;
  readonly detail?: string;
  /** What the `span` column points at, where it is not the span in which it happened. */
  readonly span?: string;
}

/**
 * Every kind of record that a run can hold.
 *
 * `time`, `subject` (the entity it is about, such as order-17) and `cause` (the index of the record that led to this
 * one) mean the same for all. A span is known by the index of the record that opens it: `intent`, `call`, `request`,
 * `delivery`, `job`.
 */
export const KINDS = {
  intent: { summary: 'A client wants something', place: 'client', value: 'hash of its data' },
  intentOk: {
    summary: 'A client got what it wanted',
    place: 'client',
    value: 'µs it took',
    detail: 'degraded, where a fallback answered',
  },
  intentFailed: {
    summary: 'A client did not get what it wanted',
    place: 'client',
    value: 'µs it took',
    detail: 'reason',
  },
  gaveUp: { summary: 'A client lost its patience', place: 'client', value: 'µs it waited' },

  call: {
    summary: 'One attempt of a call leaves the caller',
    place: 'step, or calling service',
    peer: 'operation called',
    value: 'attempt, from 1',
    span: 'the caller’s span',
    detail: 'idempotency key',
  },
  callOk: {
    summary: 'A good answer reached the caller in time',
    place: 'step',
    peer: 'operation called',
    value: 'µs it took',
    detail: 'degraded',
  },
  callFailed: {
    summary: 'An attempt ended badly for the caller',
    place: 'step',
    peer: 'operation called',
    value: 'µs it took',
    detail: 'reason',
  },
  lateReply: {
    summary: 'An answer came after its caller had stopped waiting',
    place: 'step',
    peer: 'operation called',
    value: 'µs after the call was sent',
    detail: 'ok or reason',
  },
  retry: {
    summary: 'The caller will try again',
    place: 'step',
    peer: 'operation called',
    value: 'µs it waits first',
    detail: 'reason of the failed attempt',
  },
  retryDenied: {
    summary: 'The retry budget is spent',
    place: 'step',
    peer: 'operation called',
    detail: 'reason of the failed attempt',
  },
  hedge: { summary: 'A second copy of a slow call is sent', place: 'step', peer: 'operation called' },
  fallback: { summary: 'A failure became a value', place: 'step', detail: 'reason it covers' },
  breaker: {
    summary: 'A circuit breaker changed its state',
    place: 'caller -> callee',
    value: 'failures in its window',
    detail: 'open, half-open or closed',
  },
  rejected: {
    summary: 'The client library refused to send a call',
    place: 'step',
    peer: 'operation called',
    detail: 'open, full, rate-limited or disabled',
  },

  request: {
    summary: 'A request reached a replica',
    place: 'operation',
    peer: 'replica',
    span: 'the call that sent it',
    value: 'requests waiting before it',
  },
  shed: {
    summary: 'A replica refused or dropped a request',
    place: 'operation',
    peer: 'replica',
    value: 'requests waiting',
    detail: 'full, expired, hopeless, down or deadline',
  },
  start: {
    summary: 'A worker took a request',
    place: 'operation',
    peer: 'replica',
    value: 'µs it had waited',
  },
  reply: {
    summary: 'An operation answered',
    place: 'operation',
    peer: 'replica',
    value: 'status',
    detail: 'reason, where it failed',
  },
  finish: {
    summary: 'A worker is free again',
    place: 'operation',
    peer: 'replica',
    value: 'µs it was held',
    detail: 'wasted, where nobody waited for the answer',
  },
  lost: { summary: 'A crash ended a request', place: 'operation', peer: 'replica' },

  read: { summary: 'A row was read', place: 'table', value: 'version, 0 where there is none', detail: 'key' },
  write: {
    summary: 'A row was committed',
    place: 'table',
    value: 'version, 0 where it was deleted',
    detail: 'key',
  },
  refused: {
    summary: 'A database step was refused',
    place: 'step',
    peer: 'table',
    detail: 'duplicate, conflict, not-found, db-error, pool-timeout, db-reset, socket-timeout',
  },
  poolWait: { summary: 'A step waited for a connection', place: 'step', peer: 'pool', value: 'µs' },
  rollback: { summary: 'A transaction came to nothing', place: 'operation', detail: 'reason' },
  dedupe: {
    summary: 'An idempotent receiver recognised a request',
    place: 'operation',
    detail: 'replayed, busy or mismatch',
    value: 'status',
  },
  cacheHit: {
    summary: 'A cache answered',
    place: 'step',
    value: 'µs since it was filled',
    detail: 'fresh, stale or revalidated',
  },
  lockWait: { summary: 'A lock was taken', place: 'step', value: 'µs it took', detail: 'lock and key' },

  fact: {
    summary: 'A business fact became true',
    place: 'operation or client',
    value: 'index in the ledger',
    detail: 'its name',
  },

  outboxed: { summary: 'A message became durable in an outbox', place: 'channel', value: 'message' },
  publish: {
    summary: 'The broker accepted a message',
    place: 'channel',
    peer: 'partition, where it is a log',
    value: 'message',
    detail: 'type',
  },
  publishFailed: {
    summary: 'A publisher got no confirm',
    place: 'channel',
    value: 'µs it waited',
    detail: 'reason',
  },
  delivery: {
    summary: 'A message reached a consumer',
    place: 'consumer',
    peer: 'queue',
    value: 'message',
    detail: 'first or redelivered',
  },
  ack: {
    summary: 'A consumer was done with a message',
    place: 'consumer',
    peer: 'queue',
    value: 'message',
    detail: 'auto or before, where that was not after the work',
  },
  requeue: {
    summary: 'A message went back to its queue',
    place: 'queue',
    value: 'message',
    detail: 'reason',
  },
  deadLetter: {
    summary: 'A message was given up',
    place: 'queue',
    peer: 'dead-letter queue',
    value: 'message',
    detail: 'reason',
  },
  unroutable: {
    summary: 'No queue wanted a message',
    place: 'channel',
    value: 'message',
    detail: 'routing key',
  },

  job: { summary: 'A schedule or relay woke up', place: 'schedule' },
  sagaStep: { summary: 'A process moved on', place: 'operation', value: 'steps done', detail: 'step' },
  sagaUndo: { summary: 'A process takes a step back', place: 'operation', value: 'tries', detail: 'step' },
  sagaDone: {
    summary: 'A process ended',
    place: 'operation',
    detail: 'completed, undone, parked or abandoned',
  },
  sagaResumed: {
    summary: 'Another replica took a stored process over',
    place: 'operation',
    peer: 'replica',
    value: 'steps done',
  },

  crash: { summary: 'A replica died', place: 'replica', value: 'requests lost' },
  restart: { summary: 'A replica came back', place: 'replica' },
  scaled: {
    summary: 'The number of replicas changed',
    place: 'service',
    value: 'replicas',
    detail: 'what an autoscaler saw; surge or surge over where a rollout did it',
  },

  dropped: {
    summary: 'The network lost a message',
    place: 'link',
    detail: 'loss, partition, drop or dropReply',
  },
  fault: {
    summary: 'A fault changed what happened',
    place: 'its target',
    value: 'how often it has by now',
    detail: 'the fault’s id',
  },
  patched: {
    summary: 'The running system was changed',
    place: 'plan or intervention',
    detail: 'what was changed',
  },

  denied: {
    summary: 'A request was refused at the entrance of a service, or by its sidecar',
    place: 'operation or route',
    peer: 'replica',
    value: 'status',
    detail: 'why',
  },
  flagged: {
    summary: 'A sidecar had a part in an answer, and marked it with response flags',
    place: 'step',
    peer: 'operation called',
    value: 'status, 0 where the caller had left',
    detail: 'Envoy’s flags, such as UF,URX',
    span: 'the call',
  },
  meshRetry: {
    summary: 'A sidecar will try again',
    place: 'step',
    peer: 'operation called',
    value: 'µs it waits first',
    detail: 'flag or reason of the failed try',
    span: 'the call',
  },
  meshRetryDenied: {
    summary: 'A sidecar has as many retries in progress as it may',
    place: 'step',
    peer: 'operation called',
    detail: 'flag or reason of the failed try',
    span: 'the call',
  },
  meshHedge: {
    summary: 'A sidecar sends a second copy of a slow request',
    place: 'step',
    peer: 'operation called',
    value: 'copies before it',
    span: 'the call',
  },
  ejected: {
    summary: 'Outlier detection took a host out',
    place: 'sidecar -> destination',
    peer: 'replica',
    value: 'µs, at least',
    detail: 'why',
  },
  ejectionRefused: {
    summary: 'A host should have been ejected, but too many would be out',
    place: 'sidecar -> destination',
    peer: 'replica',
    value: 'hosts there are',
    detail: 'why',
  },
  returned: { summary: 'An ejected host is used again', place: 'sidecar -> destination', peer: 'replica' },
  handshakeFailed: {
    summary: 'Two sidecars did not accept each other’s certificates',
    place: 'sidecar -> destination',
    peer: 'replica',
    detail: 'why',
  },
  panic: {
    summary: 'A sidecar began or ceased to use hosts whatever their health',
    place: 'sidecar -> destination',
    value: 'healthy hosts',
    detail: 'on or off',
  },
  // Kinds are numbered in this order, and recorded runs hold the numbers: new ones go last.
  enqueued: { summary: 'A queue took a message in', place: 'queue', value: 'message' },
  overflow: { summary: 'A full queue turned a message away', place: 'queue', value: 'message' },
  putOff: {
    summary: 'A consumer put a failed message aside, to be delivered again later',
    place: 'queue',
    peer: 'queue in which it waits',
    value: 'message',
    detail: 'reason',
  },
  queueDeleted: { summary: 'A queue was deleted', place: 'queue', value: 'messages that went with it' },
  redriven: {
    summary: 'An operator put a dead message back to where it failed',
    place: 'dead-letter queue',
    peer: 'queue it goes back to',
    value: 'message',
  },
  deduplicated: {
    summary: 'A queue or topic had seen a message before, and did not take it in again',
    place: 'queue or topic',
    value: 'message that it had seen first',
  },
  extended: { summary: 'A consumer kept a message hidden for longer', place: 'queue', value: 'message' },
  ackIgnored: {
    summary: 'A consumer was done with a message too late: its receipt had run out',
    place: 'consumer',
    peer: 'queue',
    value: 'message',
  },
  strayed: {
    summary: 'A copy came to light that a server out of reach had kept',
    place: 'queue',
    value: 'message',
    detail: 'received or deleted, whichever that server did not hear of',
  },
  filtered: {
    summary: 'A subscription did not want a message',
    place: 'topic',
    peer: 'queue',
    value: 'message',
  },
  undelivered: {
    summary: 'A topic could not deliver a message and will try again',
    place: 'topic',
    peer: 'queue',
    value: 'message',
    detail: 'at once, or after how long',
  },
  undeliverable: {
    summary: 'A topic gave a delivery up, and the message is gone',
    place: 'topic',
    peer: 'queue',
    value: 'message',
  },
  apiRefused: {
    summary: 'A cloud service refused an action',
    place: 'queue or topic',
    detail: 'the action and the error code',
  },
  blocked: {
    summary: 'A broker in need stopped reading from a publisher, or went on',
    place: 'broker',
    peer: 'publisher',
    detail: 'on or off',
  },
  deployed: { summary: 'A replica runs another version', place: 'replica', detail: 'version' },
  mirrored: {
    summary: 'A sidecar sends a copy of a request whose answer nobody will see',
    place: 'step',
    peer: 'operation called',
    span: 'the call',
  },
  rollout: {
    summary: 'A rollout moved traffic to another version, or back',
    place: 'service@version',
    value: 'its share, in percent',
    detail: 'step, promoted or rolled back',
  },

  produceRefused: {
    summary: 'The leader of a partition refused a batch',
    place: 'partition',
    value: 'broker',
    detail: 'error code',
  },
  leaderChanged: {
    summary: 'A partition has another leader, or none',
    place: 'partition',
    value: 'broker, -1 for none',
    detail: 'how it was chosen',
  },
  isrShrank: {
    summary: 'Replicas of a partition are no longer in sync',
    place: 'partition',
    value: 'replicas that still are',
    detail: 'brokers that no longer are',
  },
  isrExpanded: {
    summary: 'Replicas of a partition are in sync again',
    place: 'partition',
    value: 'replicas that are',
    detail: 'brokers that are again',
  },
  truncated: {
    summary: 'A replica dropped records that its new leader does not have',
    place: 'partition',
    value: 'records',
    detail: 'broker',
  },
  brokerDown: {
    summary: 'A broker is gone, or was given up by the others',
    place: 'product',
    value: 'broker',
    detail: 'crash, shutdown or fenced',
  },
  brokerUp: { summary: 'A broker is back', place: 'product', value: 'broker' },
  retained: {
    summary: 'Retention deleted records',
    place: 'partition',
    value: 'records',
    detail: 'up to where',
  },
  compacted: {
    summary: 'A cleaner took out records with a newer one of their key',
    place: 'partition',
    value: 'records',
    detail: 'tombstones beside them',
  },
  throttled: {
    summary: 'A client was over its quota and is held up',
    place: 'client',
    value: 'µs',
    detail: 'broker',
  },
  outOfRange: {
    summary: 'A log does not have what a consumer asked for',
    place: 'replica',
    peer: 'partition',
    value: 'offset it wanted',
  },
  memberJoined: { summary: 'A member joined a consumer group', place: 'group', peer: 'replica' },
  memberLeft: { summary: 'A member left a consumer group', place: 'group', peer: 'replica', detail: 'why' },
  rebalanceStarted: {
    summary: 'A consumer group begins to divide its partitions anew',
    place: 'group',
    value: 'generation that ends',
    detail: 'why',
  },
  rebalanceFinished: {
    summary: 'A consumer group has divided its partitions',
    place: 'group',
    value: 'generation',
    detail: 'who reads what',
  },
  commitRefused: {
    summary: 'A member that has lost its partitions could not commit',
    place: 'group',
    peer: 'replica',
    detail: 'error code',
  },
  commitLost: {
    summary: 'A commit was acknowledged and lost',
    place: 'group',
    peer: 'partition',
    value: 'offset',
  },
  offsetsExpired: { summary: 'A group was empty for so long that its offsets are gone', place: 'group' },
  replied: {
    summary: 'The answer to a message passed the broker on its way back',
    place: 'channel',
    span: 'the call that waits for it',
  },
  skipped: {
    summary: 'A consumer did not want a message, and was done with it',
    place: 'consumer',
    value: 'message',
  },
  deployRefused: { summary: 'A version was not let out', place: 'service', detail: 'version, and why' },
  unreadable: {
    summary: 'A reader could not read what it was sent',
    place: 'step or consumer',
    peer: 'contract',
    detail: 'generations, and why',
  },
  misread: {
    summary: 'A reader took something for what it does not mean, and did not notice',
    place: 'step or consumer',
    peer: 'contract',
    detail: 'generations, and what',
  },
  misdirected: {
    summary: 'A request came to an instance that takes none: its caller did not know',
    place: 'operation',
    peer: 'replica',
    detail: 'dead, stopping, starting or replaced',
    span: 'the call',
  },
  learned: {
    summary: 'A caller learned of other instances than it knew',
    place: 'caller -> service',
    value: 'instances it knows now',
    detail: 'their names',
  },
  listed: { summary: 'An instance registered itself', place: 'service', peer: 'replica' },
  unlisted: {
    summary: 'A registry took an instance off its list',
    place: 'service',
    peer: 'replica',
    value: 'µs since it was heard of',
    detail: 'deregistered or evicted',
  },
  selfPreservation: {
    summary: 'A registry began or ceased to keep instances that it has not heard of',
    place: 'service',
    value: 'heartbeats in the last minute',
    detail: 'on or off',
  },
  probeFailed: {
    summary: 'A probe of a replica failed',
    place: 'replica',
    value: 'failures in a row',
    detail: 'startup, readiness or liveness, and why',
  },
  ready: {
    summary: 'A replica became ready for requests, or is no longer',
    place: 'replica',
    detail: 'ready or not ready',
  },
  terminating: {
    summary: 'A replica is to end: those who send requests are told, and its hook begins',
    place: 'replica',
    value: 'requests it has',
    detail: 'why',
  },
  stopped: {
    summary: 'The process of a replica ended as it was told to, or by force',
    place: 'replica',
    value: 'requests lost',
    detail: 'SIGTERM or SIGKILL',
  },
  diverged: {
    summary: 'A consumer has read what the new leader of its partition does not have',
    place: 'replica',
    peer: 'partition',
    value: 'offset to which it goes back; -1 where auto.offset.reset decides',
    detail: 'its position',
  },
  held: {
    summary: 'A consumer keeps a message until others are there',
    place: 'consumer',
    value: 'message',
    detail: 'how many there are, which number is missing, or too late',
  },
  released: {
    summary: 'A consumer hands on what it has kept',
    place: 'consumer',
    value: 'messages',
    detail: 'complete, in turn, timeout or closed',
  },
  forgotten: {
    summary: 'What a consumer kept in memory is gone, and nobody else has it',
    place: 'consumer',
    value: 'message',
    detail: 'process ended, timeout, or why handling it failed',
  },
  connected: {
    summary: 'A gRPC channel has a connection to a replica',
    place: 'caller -> service',
    peer: 'replica',
    value: 'connections it has',
  },
  connectFailed: {
    summary: 'A gRPC channel could not connect to a replica',
    place: 'caller -> service',
    peer: 'replica',
    value: 'connections it has',
  },
  goAway: {
    summary: 'A server had its client give a connection up',
    place: 'caller -> service',
    peer: 'replica',
    value: 'calls that it broke off',
    detail: 'max_age, max_age_grace, too_many_pings, or stopping where it did not begin with a request',
  },
  cancelled: {
    summary: 'A replica heard that nobody wants the answer to a request any more',
    place: 'operation',
    peer: 'replica',
    value: 'µs since it came',
    detail: 'deadline exceeded or cancelled by its caller; before it began',
  },
  paused: {
    summary: 'The process of a replica stands still: nothing in it goes on',
    place: 'replica',
    value: 'requests it has',
  },
  resumed: {
    summary: 'The process of a replica goes on, with all that became due meanwhile',
    place: 'replica',
    value: 'µs it stood still',
  },
  graphqlError: {
    summary: 'A query in GraphQL, or a field of one, could not be answered',
    place: 'step',
    detail: 'path in the answer, and why',
  },
  transactionEnded: {
    summary: 'A transaction of a producer ended',
    place: 'transactional.id',
    value: 'records in it',
    detail: 'committed, aborted or timed out',
  },
  fenced: {
    summary: 'A producer took the place of an older one of its transactional.id, which can write no more',
    place: 'transactional.id',
    value: 'its epoch',
  },
  deprecatedUse: {
    summary: 'A request came by a route that should not be used any more',
    place: 'route',
    value: 'µs until the route ends, -1 where nobody says when',
    detail: 'who sent it',
  },
  exposed: {
    summary: 'Somebody read a request on its way, which was in plain text',
    place: 'link',
    peer: 'operation called',
    value: 'requests that he has read by now',
    detail: 'the most that it gives away: token, API key, signature or content',
  },
  translated: {
    summary: 'A reader put what it was sent into words of its own',
    place: 'step or consumer',
    peer: 'contract',
    value: 'µs it took',
    detail: 'each word, and what it is taken for',
  },
  unsettled: {
    summary: 'A caller stopped asking how something stands',
    place: 'step',
    peer: 'operation asked',
    value: 'µs since it asked first',
    detail: 'how many answers it got',
  },
  conflated: {
    summary: 'A message was passed over by its consumer, for a newer one of the same key',
    place: 'consumer',
    value: 'message',
    detail: 'the key',
  },
  connectionLost: {
    summary: 'A gRPC channel or a connection pool gave a connection up that nobody answers on',
    place: 'caller -> service, replica -> database',
    peer: 'replica, pool',
    value: 'calls or statements on it',
    detail: 'keepalive, validation, socketTimeout or retransmission',
  },
  batched: {
    summary: 'Calls that one request makes of one operation go out as one',
    place: 'step that called first',
    peer: 'operation called',
    value: 'calls in it',
  },
  streamWritten: {
    summary: 'A message of a response stream was written',
    place: 'step',
    peer: 'replica',
    value: 'messages before it that could not leave yet',
  },
  streamFull: {
    summary: 'A writer of a response stream waits until its reader has made room',
    place: 'step',
    peer: 'replica',
    value: 'messages that could not leave yet',
  },
  streamReady: {
    summary: 'A writer of a response stream goes on',
    place: 'step',
    peer: 'replica',
    value: 'µs it waited',
  },
  streamRead: {
    summary: 'A caller read a message of a response stream',
    place: 'step',
    peer: 'operation called',
    value: 'µs since it was written',
  },
} as const satisfies Record<string, KindDescription>;

export type Kind = keyof typeof KINDS;

/** Kinds by number, in the order of the table above; numbers are part of the record's format. */
export const KIND_NAMES = Object.keys(KINDS) as readonly Kind[];

/** The number under which a kind stands in the record. */
export const KIND: Readonly<Record<Kind, number>> = Object.fromEntries(
  KIND_NAMES.map((kind, number) => [kind, number]),
) as Record<Kind, number>;
