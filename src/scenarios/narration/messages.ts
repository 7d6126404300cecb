import { formatMicros } from '../../sim/kernel/time.ts';
import { codeWords } from './broker-codes.ts';
import { asNoun } from './reasons.ts';
import { many, type Telling, type Template } from './telling.ts';

/** Brokers, outboxes, consumers, schedules and stored processes. */
export const messages = {
  outboxed: ({ place, about, value }) =>
    `message ${value} for ${place}${about} became durable in the outbox, together with the rows it tells of`,
  publish: ({ place, about, value, detail }) =>
    `${place} accepted message ${value}${detail === '' ? '' : `, ${detail}`}${about}`,
  publishFailed: ({ place, about, time, detail }) =>
    `the publisher got no confirm from ${place}${about}: ${asNoun(detail)}; whether the broker has the message it cannot tell, after ${time}`,
  delivery: (telling) =>
    `message ${telling.value}${telling.about} reached ${telling.place} from ${telling.peer}${again(telling)}${underway(telling)}`,
  ack: ({ place, about, value, detail, peer }) => {
    if (detail === 'auto')
      return `${peer} forgot message ${value}${about} as soon as it was sent to ${place}: automatic acknowledgement`;
    if (detail === 'before') return `${place} acknowledged message ${value}${about} before it was handled`;
    return `${place} was done with message ${value}${about}`;
  },
  requeue: ({ place, about, value, detail }) =>
    `message ${value}${about} went back to ${place}: ${asNoun(detail)}; it will be delivered again`,
  deadLetter: ({ place, peer, about, value, detail }) =>
    `message ${value}${about} ${leftBecause(detail)} ${place}${peer === '' ? ' and is gone' : `; it now lies in ${peer}`}`,
  enqueued: ({ place, about, value }) => `message ${value}${about} waits in ${place}`,
  overflow: ({ place, about, value }) => `${place} was full and turned message ${value} away${about}`,
  putOff: ({ place, peer, about, value, detail }) =>
    `message ${value}${about} could not be handled (${asNoun(detail)}) and waits in ${peer} until it comes back to ${place}`,
  blocked: ({ place, peer, detail }) =>
    detail === 'on'
      ? `${place} ran short of memory and stopped reading what ${peer} publishes`
      : `${place} reads again what ${peer} publishes`,
  queueDeleted: ({ place, value }) =>
    `${place} was deleted${value === 0 ? '' : `, and ${value} messages with it`}`,
  deduplicated: ({ place, about, value }) =>
    `${place} accepted a message${about} that it had seen before, as message ${value}, and did not take it in again`,
  extended: ({ place, about, value }) => `message ${value}${about} stays hidden in ${place} for longer`,
  ackIgnored: ({ place, peer, about, value }) =>
    `${place} was done with message ${value}${about} too late: ${peer} had shown it to others again, and keeps it`,
  strayed: ({ place, about, value, detail }) =>
    `${place} shows message ${value}${about} a second time: one of its servers did not hear that it was ${detail}`,
  redriven: ({ place, peer, about, value }) =>
    `message ${value}${about} was moved from ${place} back to ${peer}`,
  filtered: ({ place, peer, about, value }) =>
    `${peer} does not want message ${value} of ${place}${about}: its filter says so`,
  undelivered: ({ place, peer, about, value, detail }) =>
    `${place} could not deliver message ${value}${about} to ${peer} and tries again ${detail}`,
  undeliverable: ({ place, peer, about, value }) =>
    `${place} could not deliver message ${value}${about} to ${peer}, and it is gone`,
  apiRefused: ({ place, detail }) =>
    `${place} refused ${detail.replace(/: (.*)$/, (_, code: string) => ` with ${codeWords(code)}`)}`,
  produceRefused: ({ place, value, detail }) =>
    `broker ${value} refused a batch for ${place}: ${codeWords(detail)}`,
  leaderChanged: ({ place, value, detail, because }) =>
    value < 0
      ? `${place} has no leader: nothing can be read or written${because}`
      : `broker ${value} now leads ${place}${ELECTIONS[detail] ?? ''}${because}`,
  isrShrank: ({ place, value, detail, because }) =>
    `broker ${detail} fell out of sync for ${place}, which leaves ${many(value, 'replica')} in sync${because}`,
  isrExpanded: ({ place, value, detail }) =>
    `broker ${detail} is in sync again for ${place}: ${many(value, 'replica')} in sync`,
  truncated: ({ place, value, detail, because }) =>
    `${detail} dropped ${many(value, 'record')} of ${place} that its new leader does not have${because}`,
  brokerDown: ({ value, detail, because }) =>
    detail === 'fenced'
      ? `the controller gave broker ${value} up: it had not been heard of for broker.session.timeout.ms${because}`
      : `broker ${value} ${detail === 'crash' ? 'died' : 'was shut down'}${because}`,
  brokerUp: ({ value }) => `broker ${value} is back`,
  retained: ({ place, value, detail }) => `retention deleted ${many(value, 'record')} of ${place}, ${detail}`,
  compacted: ({ place, value }) =>
    `compaction took ${many(value, 'record')} out of ${place} whose keys have newer ones`,
  throttled: ({ place, detail, time }) =>
    `${place} was over its quota at ${detail} and is held up for ${time}`,
  outOfRange: ({ place, peer, value }) =>
    `${place} wanted offset ${value} of ${peer}, which is not there; auto.offset.reset decides where it goes on`,
  diverged: ({ place, peer, value, detail, because }) =>
    `${place} had read ${peer} up to offset ${detail}, of which the new leader has another log: ${
      value < 0 ? 'auto.offset.reset decides where it goes on' : `it goes back to offset ${value}`
    }${because}`,
  memberJoined: ({ place, peer }) => `${peer} joined the group ${place}`,
  memberLeft: ({ place, peer, detail, because }) =>
    `${peer} left the group ${place} because ${LEAVINGS[detail] ?? detail}${because}`,
  rebalanceStarted: ({ place, detail, because }) =>
    `the group ${place} divides its partitions anew, since ${detail}${because}`,
  rebalanceFinished: ({ place, value, detail }) =>
    detail === ''
      ? `the group ${place} is empty`
      : `generation ${value} of the group ${place} reads: ${detail}`,
  commitRefused: ({ place, peer, detail, because }) =>
    `${peer === '' ? 'a former member' : peer} could not commit for the group ${place}: ${codeWords(detail)}; what it did will be done again${because}`,
  commitLost: ({ place, peer, value }) =>
    `the commit of offset ${value} in ${peer} by the group ${place} was acknowledged and lost`,
  transactionEnded: ({ place, value, detail, because }) =>
    detail === 'committed'
      ? `the transaction of ${place} was committed, with ${many(value, 'record')} and the offset of what it had read`
      : `the transaction of ${place} ${detail === 'aborted' ? 'was aborted' : 'was open for longer than transaction.timeout.ms, and aborted'}: who reads what is committed will not see its ${many(value, 'record')}${because}`,
  fenced: ({ place, value }) =>
    `a producer took the id ${place}, in epoch ${value}: one of an older epoch can write no more`,
  offsetsExpired: ({ place }) => `the group ${place} was empty for too long, and its offsets were deleted`,
  skipped: ({ place, about, value }) => `${place} did not want message ${value}${about} and was done with it`,
  replied: ({ place, about }) =>
    `the answer to the message${about} passed the broker of ${place} on its way back`,
  unroutable: ({ place, about, value, detail }) =>
    `no queue wanted message ${value} of ${place}${about}${detail === '' ? '' : `: none is bound for the key ${detail}`}`,
  job: ({ place }) => `${place} woke up`,
  sagaStep: ({ place, about, detail, value }) =>
    `the process ${place}${about} moved on past ${detail}, ${value} done so far`,
  sagaUndo: ({ place, about, detail, value }) =>
    `the process ${place}${about} took ${detail} back, try ${value}`,
  sagaDone: ({ place, about, detail }) => `the process ${place}${about} ended: ${detail}`,
  sagaResumed: ({ place, peer, about, value }) =>
    `${peer} took over the stored process ${place}${about}, which had done ${value} so far`,
} satisfies Record<string, Template>;

/** How a leader was chosen, where that is worth a word. */
const ELECTIONS: Readonly<Record<string, string>> = {
  unclean: ', though it may lack committed records',
  'last known': ': nobody in sync is left, and it led last',
  eligible: ', which was out of sync but has all that is committed',
  preferred: ' again, as its preferred replica',
};

/** Why members leave, in words. */
const LEAVINGS: Readonly<Record<string, string>> = {
  closed: 'it was closed',
  'session.timeout.ms exceeded': 'it sent no heartbeat for session.timeout.ms',
  'max.poll.interval.ms exceeded': 'processing took longer than max.poll.interval.ms',
  'did not rejoin in time': 'it did not rejoin in time',
  replaced: 'another process took its static place',
};

/** How a message left its queue for good. */
function leftBecause(reason: string): string {
  const words: Readonly<Record<string, string>> = {
    expired: 'grew too old in',
    'queue limit': 'was pushed out of',
    'delivery limit': 'came back too often to',
  };
  return Object.hasOwn(words, reason) ? (words[reason] as string) : `was given up (${asNoun(reason)}) at`;
}

function again({ detail }: Telling): string {
  return detail === 'redelivered' ? ' once more' : '';
}

/** How long a message had been on its way, where the record shows when it was accepted. */
function underway({ index, value, run, at }: Telling): string {
  const published = index.published.get(value);
  return published === undefined
    ? ''
    : `, ${formatMicros(at - run.record.timeAt(published))} after it was accepted`;
}
