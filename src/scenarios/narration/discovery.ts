import { many, ordinal, type Template } from './telling.ts';

/** What callers know of instances, and how they come to know it. */
export const discovery = {
  misdirected: ({ place, peer, tag, detail }) =>
    `a request for ${place}${tag} came to ${peer}, ${METS[detail] ?? detail}: its caller did not know`,
  learned: ({ place, value, detail }) =>
    value === 0
      ? `${place}: the answer was that there is no such address, and it is believed for a while`
      : `${place}: it now knows ${many(value, 'instance')}, ${detail}`,
  listed: ({ place, peer }) =>
    `${peer} registered itself as an instance of ${place}; callers hear of it in their time`,
  unlisted: ({ place, peer, time, detail }) =>
    detail === 'evicted'
      ? `the registry took ${peer} off the list of ${place}: it was not heard of for ${time}; callers hear of that in their time`
      : `${peer} took itself off the list of ${place}; callers hear of that in their time`,
  selfPreservation: ({ place, value, detail }) =>
    detail === 'on'
      ? `the registry keeps all instances of ${place}, heard of or not: ${many(value, 'heartbeat')} in a minute are so few that it doubts itself`
      : `the registry takes silent instances of ${place} off its list again: ${many(value, 'heartbeat')} in a minute are enough`,
  connected: ({ place, peer, value }) =>
    `the channel ${place} opened a connection to ${peer}${value > 1 ? `, its ${ordinal(value)}` : '; all its calls go there'}`,
  connectFailed: ({ place, peer, because }) => `the channel ${place} could not connect to ${peer}${because}`,
  goAway: (telling) => {
    const { place, peer, tag, value, detail } = telling;
    const broken = value > 0 ? `; ${many(value, 'call')} ${value === 1 ? 'was' : 'were'} broken off` : '';
    if (detail === 'stopping')
      return `${peer} is stopping and did not begin with what the channel ${place} sent${tag} (GOAWAY): it is sent once more, to somebody else`;
    if (detail === 'max_age_grace')
      return `${peer} closed the connection of the channel ${place}, whose grace is over${broken}`;
    if (detail === 'too_many_pings')
      return `${peer} closed the connection of the channel ${place}, which asks too often whether it is there (too_many_pings)${broken}`;
    return `${peer} asked the channel ${place} to connect anew (GOAWAY), since the connection was old enough; what is in progress goes on`;
  },
  connectionLost: ({ place, peer, value, detail }) => {
    const why = Object.hasOwn(SILENCES, detail) ? SILENCES[detail] : detail;
    const [owner, database = ''] = place.split(' -> ');
    if (peer.startsWith(`${database}/`)) return `the pool ${peer} of ${owner} closed a connection: ${why}`;
    return `the channel ${place} gave its connection to ${peer} up${value > 0 ? `, and ${many(value, 'call')} with it` : ''}: ${why}`;
  },
  cancelled: ({ place, peer, tag, time, detail }) =>
    `${peer} heard that nobody wants ${place}${tag} any more, ${detail}, ${time} after it came; it goes no further`,
} satisfies Record<string, Template>;

/** How somebody came to think that nobody is there any more. */
const SILENCES: Readonly<Record<string, string>> = {
  keepalive: 'its ping was not answered (keepalive)',
  validation: 'it was tested before use, and nobody answered in time',
  socketTimeout: 'the answer to a statement did not come in time',
  retransmission: 'TCP had sent the same for a quarter of an hour, and nobody had confirmed it',
};

const METS: Readonly<Record<string, string>> = {
  dead: 'which is dead',
  stopping: 'which takes no more requests, since it is stopping',
  starting: 'which does not listen yet, since it is starting',
  replaced: 'which is gone: another instance stands in its place, at another address',
};
