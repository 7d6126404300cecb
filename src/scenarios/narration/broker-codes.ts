/** What the error codes of brokers mean, for those that a run can hold. */
const MEANINGS: Readonly<Record<string, string>> = {
  NOT_ENOUGH_REPLICAS: 'fewer replicas are in sync than min.insync.replicas asks for',
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: 'it is in the log, but too few replicas are in sync by now',
  NOT_LEADER_OR_FOLLOWER: 'it does not lead the partition any more',
  FENCED_LEADER_EPOCH: 'the client knows an earlier leader only',
  MESSAGE_TOO_LARGE: 'it is larger than max.message.bytes',
  OUT_OF_ORDER_SEQUENCE_NUMBER: 'a batch that was sent before it is missing',
  INVALID_PRODUCER_EPOCH: 'a newer producer has the same transactional.id',
  PRODUCER_FENCED: 'a newer producer has the same transactional.id',
  REQUEST_TIMED_OUT: 'the replicas in sync did not have it in time',
  ILLEGAL_GENERATION: 'the group has divided its partitions anew since',
  UNKNOWN_MEMBER_ID: 'the group has taken it out',
  REBALANCE_IN_PROGRESS: 'the group is dividing its partitions anew',
  FENCED_INSTANCE_ID: 'another process has its static place',
  NOT_COORDINATOR: 'another broker looks after the group now',
  COORDINATOR_NOT_AVAILABLE: 'no broker looks after the group now',
  ThrottlingException: 'there were more calls than its quota lets through',
  OverLimit: 'as many messages are in flight as a queue may have',
  ReceiptHandleIsInvalid: 'its receipt handle has run out',
  MessageNotInflight: 'the message is in nobody’s hands',
  QueueDoesNotExist: 'there is no such queue',
};

/** An error code with what it means, where that is known: `NOT_ENOUGH_REPLICAS (fewer replicas are in sync …)`. */
export const codeWords = (code: string): string =>
  Object.hasOwn(MEANINGS, code) ? `${code} (${MEANINGS[code]})` : code;
