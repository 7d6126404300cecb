import { many, type Template } from './telling.ts';

/** Responses that come as streams of messages. */
export const streams = {
  streamWritten: ({ place, peer, tag, value }) =>
    `${peer} wrote a message of its response stream${tag} in ${place}${value > 0 ? `; ${many(value, 'message')} before it could not leave yet, and ${value === 1 ? 'stays' : 'stay'} in its memory` : ''}`,
  streamFull: ({ place, peer, tag, value }) =>
    `${peer} has to wait in ${place}${tag}: the window of its reader is full, and ${many(value, 'message')} cannot leave`,
  streamReady: ({ place, peer, tag, time, because }) =>
    `${peer} goes on writing in ${place}${tag} after ${time}: its reader has made room${because}`,
  streamRead: ({ owner, peer, tag, time }) =>
    `${owner} reads a message of the response of ${peer}${tag}, ${time} after it was written`,
} satisfies Record<string, Template>;
