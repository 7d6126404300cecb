import type { Micros } from '../../sim/kernel/time.ts';
import { placeIn, type Target } from './places.ts';
import type { RunView } from './view.ts';

/** Where requests arrive. */
export const RECEIVING: Target = {
  called: 'service, operation or link',
  fits: ({ kind }) => kind === 'service' || kind === 'operation' || kind === 'link',
};

/** What a client wanted, and what arrived somewhere because of it. */
export interface Received {
  readonly wanted: number;
  /** The records of the requests, in the order of time; undefined where this world has no such place. */
  readonly received: readonly number[] | undefined;
}

/**
 * Counts a client's intentions, and the requests that reached a service or operation, or that left over a link.
 *
 * Only requests about what this client wanted are counted, where its intentions are about entities of their own;
 * a request that was refused at the door was received, too.
 */
export function counterOf(
  view: RunView,
  target: string,
  client: string,
  inScope: (at: Micros) => boolean,
): Received {
  const { time, place, subject } = view.columns;
  const number = view.number(client);
  const about = new Set<number>();
  let wanted = 0;
  for (const record of view.recordsOf('intent')) {
    if (place[record] !== number) continue;
    about.add(subject[record]!);
    if (inScope(time[record]!)) wanted++;
  }
  const arrivals = arrivalsAt(view, target);
  const anonymous = about.has(-1);
  const mine = (record: number) => inScope(time[record]!) && (anonymous || about.has(subject[record]!));
  return { wanted, received: arrivals?.filter(mine) };
}

function arrivalsAt(view: RunView, target: string): number[] | undefined {
  const { place: places, peer } = view.columns;
  const place = placeIn(view.run.world, target);
  const within = (owner: string) =>
    matching(view, (text) => owner === '*' || text === owner || text.startsWith(`${owner}.`));
  switch (place?.kind) {
    case 'service':
    case 'operation': {
      const here = within(target);
      return [...view.recordsOf('request')].filter((record) => here(places[record]!));
    }
    case 'link': {
      const from = within(place.from);
      const to = within(place.to);
      return [...view.recordsOf('call')].filter((record) => from(places[record]!) && to(peer[record]!));
    }
    default:
      return undefined;
  }
}

/** Whether a number stands for a text that matches; each number is asked about once. */
export function matching(view: RunView, matches: (text: string) => boolean): (number: number) => boolean {
  const known = new Map<number, boolean>();
  return (number) => {
    let answer = known.get(number);
    if (answer === undefined) {
      const text = view.text(number);
      answer = text !== null && matches(text);
      known.set(number, answer);
    }
    return answer;
  };
}
