/** Error codes of the API that a client can act upon (Amazon SQS API Reference, "Errors" of each action). */
export type RefusalCode =
  | 'BatchEntryIdsNotDistinct'
  | 'BatchRequestTooLong'
  | 'EmptyBatchRequest'
  | 'InvalidAttributeValue'
  | 'InvalidMessageContents'
  | 'InvalidParameterValue'
  | 'MessageNotInflight'
  | 'MissingParameter'
  | 'OverLimit'
  | 'PurgeQueueInProgress'
  | 'QueueDoesNotExist'
  | 'ReceiptHandleIsInvalid'
  | 'ResourceNotFoundException'
  | 'ThrottlingException'
  | 'TooManyEntriesInBatchRequest'
  | 'UnsupportedOperation';

/** An action that is not carried out, and why. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly message: string;
}

/** The answer to an action. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** The answer of an action that says nothing more than that it was done. */
export const DONE: Result<void> = { ok: true, value: undefined };

export const done = <T>(value: T): Result<T> => ({ ok: true, value });

export const refused = (code: RefusalCode, message: string): { ok: false; refusal: Refusal } => ({
  ok: false,
  refusal: { code, message },
});

export const noQueue = (name: string): { ok: false; refusal: Refusal } =>
  refused('QueueDoesNotExist', `the queue ${name} does not exist`);
