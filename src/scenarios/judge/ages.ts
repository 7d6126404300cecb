import type { Micros } from '../../sim/kernel/time.ts';
import { messagesOf } from './messages.ts';
import { type Place, placeIn, type Target } from './places.ts';
import type { RunView } from './view.ts';

/** Something that grows old, from `since` to `until`. */
export interface Age {
  readonly what: string;
  readonly since: Micros;
  readonly until: Micros;
  /** The records that tell when it began, and when it ended if it did. */
  readonly records: readonly number[];
}

/** Where something waits or grows old. */
export const AGEING: Target = {
  called: 'consumer, queue, topic, outbox or cache of a step, resolver or route',
  fits: (place) =>
    place.kind === 'consumer' || place.kind === 'channel' || place.kind === 'outbox' || keepsAnswers(place),
};

const keepsAnswers = (place: Place): boolean =>
  (place.kind === 'step' || place.kind === 'operation') && place.cached;

/** What waits or grows old at a place; undefined where this world has no such place. */
export function agesAt(view: RunView, target: string): readonly Age[] | undefined {
  const { time, place, value } = view.columns;
  const found = placeIn(view.run.world, target);
  switch (found?.kind) {
    case 'consumer':
    case 'channel':
    case 'outbox':
      return messagesOf(view, found).map(({ message, published, done }) => ({
        what: `message ${message}`,
        since: time[published]!,
        until: done === undefined ? view.run.until : time[done]!,
        records: done === undefined ? [published] : [published, done],
      }));
    case 'step':
    case 'operation': {
      const number = view.number(target);
      const hits = [...view.recordsOf('cacheHit')].filter((record) => place[record] === number);
      return hits.map((hit) => ({
        what: 'cached answer',
        since: time[hit]! - value[hit]!,
        until: time[hit]!,
        records: [hit],
      }));
    }
    default:
      return undefined;
  }
}
