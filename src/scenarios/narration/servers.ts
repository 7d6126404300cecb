import { asNoun, shedBecause } from './reasons.ts';
import { many, ordinal, type Telling, type Template } from './telling.ts';

/** Replicas: what reached them, and what became of it. */
export const servers = {
  request: ({ peer, place, tag, value }) =>
    `a request for ${place}${tag} reached ${peer}${value > 0 ? `, with ${many(value, 'request')} waiting before it` : ''}`,
  shed: ({ peer, place, tag, detail }) =>
    `${peer} turned away a request for ${place}${tag}: ${shedBecause(detail)}; nothing was done`,
  denied: ({ peer, place, tag, value, detail }) =>
    `${peer} refused a request for ${place}${tag} at the door with ${value}: ${detail}`,
  deprecatedUse: ({ place, tag, value, time, detail }) =>
    `${detail} still uses ${place}${tag}, which is deprecated${value < 0 ? '' : ` and ends in ${time}`}`,
  exposed: ({ place, peer, tag, detail }) =>
    `a request for ${peer}${tag} went over ${place} in plain text, and somebody read its ${detail}`,
  deployRefused: ({ place, detail }) => `${place} stays as it is; refused was ${detail}`,
  unreadable: ({ owner, peer, tag, detail }) => `${owner} could not read ${peer}${tag}: ${detail}`,
  misread: ({ owner, peer, about, detail }) =>
    `${owner} read ${peer}${about} as what it does not mean, and did not notice: ${detail}`,
  deployed: ({ place, detail }) => `${place} now runs ${detail}`,
  start: ({ peer, place, about, value, time }) =>
    `${peer} began ${place}${about}${value > 0 ? `, after ${time} in its queue` : ''}`,
  reply: ({ place, about, value, detail }) =>
    value < 400
      ? `${place} answered ${value}${about}`
      : `${place} answered ${value}${about}: ${asNoun(detail)}`,
  finish: ({ peer, place, about, time, detail }) =>
    detail === 'wasted'
      ? `${peer} finished ${place}${about}, and nobody waited for the answer: wasted work, after ${time}`
      : `${peer} finished ${place}${about}, after ${time}`,
  probeFailed: ({ place, detail, value }) =>
    `the probe of ${place} failed, ${ordinal(value)} in a row: ${detail}`,
  ready: ({ place, detail, because }) =>
    `${place} is ${detail}: requests should ${detail === 'ready' ? '' : 'not '}be sent to it${because}`,
  terminating: ({ place, value, detail, because }) =>
    `${place} is to end: ${detail}${because}; it has ${many(value, 'request')}`,
  stopped: ({ place, value, detail }) =>
    `the process of ${place} ended with ${detail}${value > 0 ? `, and with it ${many(value, 'request')}` : ''}`,
  paused: ({ place, value, because }) =>
    `the process of ${place} stands still${because}${value > 0 ? `, with ${many(value, 'request')}` : ''}; what comes to it is not read`,
  resumed: ({ place, time }) =>
    `the process of ${place} goes on after ${time}, and does not know that it was away`,
  translated: ({ owner, peer, about, time, detail }) =>
    `${owner} translated ${peer}${about}, which took ${time}: ${detail}`,
  graphqlError: ({ owner, about, detail }) =>
    `${owner} could not answer a part of a query${about}: ${detail}`,
  lost: (telling) =>
    `the ${ending(telling)} of ${telling.peer} ended ${telling.place}${telling.about}; what it had committed stays, and nobody goes on with the rest`,
} satisfies Record<string, Template>;

/** How the process came to its end that a request was lost with. */
const ending = (telling: Telling): string =>
  telling.cause >= 0 && telling.kindOf(telling.cause) === 'stopped' ? 'end' : 'crash';
