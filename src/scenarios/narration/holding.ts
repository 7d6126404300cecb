import { asNoun } from './reasons.ts';
import { many, type Template } from './telling.ts';

/** Consumers that keep messages back until others are there. */
export const holding = {
  held: ({ place, about, value, detail }) =>
    detail === 'too late'
      ? `${place} refused message ${value}${about}: what follows it has been handed on already`
      : `${place} keeps message ${value}${about} back: ${waiting(detail)}`,
  released: ({ place, about, value, detail, because }) =>
    `${place} hands ${many(value, 'message')} on${about}, ${RELEASED[detail] ?? detail}${because}`,
  forgotten: ({ place, about, value, detail, because }) =>
    `message ${value}${about} is gone with the memory of ${place}: ${forgotten(detail)}, and it had been acknowledged${because}`,
  conflated: ({ place, about, value, detail, because }) =>
    `${place} passed message ${value}${about} over: it has a newer one for ${detail}${because}`,
} satisfies Record<string, Template>;

const waiting = (detail: string): string =>
  detail === 'busy'
    ? 'its workers are busy, or have that key in hand; a newer message of the key takes its place'
    : /^\d+$/.test(detail)
      ? `it is number ${detail} of what belongs together`
      : detail
          .replace(/^(\d+) of (\d+)$/, '$1 of $2 are there')
          .replace(/^(\d+) is missing$/, 'number $1 has its turn and is not there');

const RELEASED: Readonly<Record<string, string>> = {
  complete: 'since all that belongs together is there',
  'in turn': 'since its turn has come',
  timeout: 'since it has waited long enough for what is missing',
  closed: 'since it was told to stop',
};

function forgotten(detail: string): string {
  if (detail === 'process ended') return 'its process ended';
  return detail === 'timeout' ? 'what belongs with it did not come in time' : asNoun(detail);
}
