import type { Template } from './telling.ts';

/** What was lost, where, and what that means: on the way between two, or in a channel that had it. */
export const losses = {
  dropped(telling) {
    const { place, tag, about, value, detail } = telling;
    const words = Object.hasOwn(IN_CHANNELS, detail) && isChannel(place) ? IN_CHANNELS[detail] : undefined;
    if (words !== undefined) return words(place, `message ${value}${about}`);
    return `the network lost a message on ${place}${tag}: ${Object.hasOwn(ON_LINKS, detail) ? ON_LINKS[detail] : detail}`;
  },
} satisfies Record<string, Template>;

/** Channels have the name of a product; a link has two ends. */
const isChannel = (place: string): boolean => place.includes('/') && !/ (?:->|\|) /.test(place);

const IN_CHANNELS: Readonly<Record<string, (channel: string, message: string) => string>> = {
  drop: (channel, message) =>
    `${channel} accepted ${message} and forgot it: its publisher believes it to be safe`,
  truncated: (channel, message) =>
    `${message} is gone from ${channel}: its new leader never had it, so other replicas drop it as well`,
  retention: (channel, message) =>
    `${message} is gone from ${channel} before everybody had read it: it grew too old`,
  aborted: (channel, message) =>
    `${message} in ${channel} belongs to a transaction that was aborted: only who reads what is not committed sees it`,
  'not persistent': (channel, message) =>
    `${message} is gone from ${channel}: it was held in memory only, and the broker restarted`,
  'consumer gone': (channel, message) =>
    `${message} is lost: ${channel} had forgotten it when it sent it, and its consumer is gone`,
};

const ON_LINKS: Readonly<Record<string, string>> = {
  loss: 'chance, as on any link that loses some',
  partition: 'the two sides could not reach each other',
  drop: 'the request never arrived, and its sender cannot tell',
  dropReply: 'the answer was lost; the work behind it stands, and the caller cannot tell',
  refused: 'nobody listened at the other end',
  'broker down': 'the broker was down',
};
