import { many, ordinal, type Telling, type Template } from './telling.ts';

/** What happens to the system rather than in it: crashes, faults, changes. */
export const surroundings = {
  crash: ({ place, value, detail }) =>
    `${place} died${detail === '' ? '' : `, ${detail}`}${value > 0 ? `, and ${many(value, 'request')} with it` : ''}; what was committed stays`,
  restart: ({ place }) => `${place} came back, with nothing in memory`,
  scaled: ({ place, value }) => `${place} now has ${many(value, 'replica')}`,
  dropped: ({ place, tag, detail }) =>
    Object.hasOwn(LOG_LOSSES, detail)
      ? `${place} lost a message${tag}: ${LOG_LOSSES[detail]}`
      : `the network lost a message on ${place}${tag}: ${lossWords(detail)}`,
  fault: (telling) => strike(telling),
  patched: ({ place, detail }) => `${place} changed the running system${detail === '' ? '' : `: ${detail}`}`,
} satisfies Record<string, Template>;

/** Losses in a log, where no network is to blame. */
const LOG_LOSSES: Readonly<Record<string, string>> = {
  truncated: 'its new leader does not have it',
  retention: 'it was deleted before everybody had read it',
};

function lossWords(detail: string): string {
  const words: Readonly<Record<string, string>> = {
    loss: 'chance, as on any link that loses some',
    partition: 'the two sides could not reach each other',
    drop: 'the request never arrived, and its sender cannot tell',
    dropReply: 'the answer was lost; the work behind it stands, and the caller cannot tell',
  };
  return Object.hasOwn(words, detail) ? words[detail]! : detail;
}

function strike({ run, place, detail, value, tag }: Telling): string {
  const kind = run.faults.find(({ id }) => id === detail)?.kind;
  const name = kind === undefined || kind === detail ? detail : `${detail} (${kind})`;
  return `the fault ${name} struck ${place}${tag}${value > 1 ? `, for the ${ordinal(value)} time` : ''}`;
}
