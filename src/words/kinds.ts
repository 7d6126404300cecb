import type { Kind } from '../sim/kinds.ts';

/** Kinds whose names say less than people would. */
const WORDS: Readonly<Partial<Record<Kind, string>>> = {
  intent: 'wish',
  intentOk: 'wish came true',
  intentFailed: 'wish refused',
  gaveUp: 'customer gave up',
  callOk: 'answer came',
  lateReply: 'late answer',
  retryDenied: 'retry not allowed',
  hedge: 'second copy sent',
  rejected: 'turned away',
  request: 'request arrived',
  shed: 'request shed',
  start: 'work began',
  reply: 'answer sent',
  finish: 'work done',
  lost: 'lost in a crash',
  read: 'row read',
  write: 'row written',
  refused: 'write refused',
  poolWait: 'waited for a connection',
  dedupe: 'known already',
  lockWait: 'lock taken',
  publish: 'message accepted',
  publishFailed: 'message not accepted',
  ack: 'message done',
  requeue: 'message put back',
  unroutable: 'no queue wanted it',
  job: 'schedule woke up',
  sagaStep: 'saga went on',
  sagaUndo: 'saga took a step back',
  sagaDone: 'saga ended',
  sagaResumed: 'saga taken up again',
  scaled: 'replicas changed',
  misdirected: 'sent to nobody',
  learned: 'instances learned',
  listed: 'instance registered',
  unlisted: 'instance off the list',
  selfPreservation: 'registry keeps all',
  patched: 'design changed',
};

/** What kind of event it is, in a few words; `deadLetter` is a dead letter. */
export const kindWords = (kind: Kind): string =>
  WORDS[kind] ?? kind.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
