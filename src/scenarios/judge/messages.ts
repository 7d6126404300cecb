import type { Place } from './places.ts';
import type { RunView } from './view.ts';

/** One message on its way to a consumer, by the records that tell of it. */
export interface MessageCourse {
  readonly message: number;
  /** When it was accepted: by the outbox, where it came through one, else by the broker. */
  readonly published: number;
  /** The record with which it was handled, or given up; undefined while it is neither. */
  readonly done: number | undefined;
  readonly dead: boolean;
}

/** The messages for a consumer, queue or outbox, in the order in which they were accepted. */
export function messagesOf(
  view: RunView,
  place: Extract<Place, { kind: 'consumer' | 'channel' | 'outbox' }>,
): readonly MessageCourse[] {
  switch (place.kind) {
    case 'consumer':
      return courses(
        view,
        place.channels,
        (record) => view.columns.place[record] === view.number(place.consumer),
      );
    case 'channel':
      return courses(
        view,
        place.channels,
        (record) => view.columns.peer[record] === view.number(place.channels[0] ?? ''),
      );
    case 'outbox':
      return relayed(view, place.service);
  }
}

function courses(
  view: RunView,
  channels: readonly string[],
  handled: (ack: number) => boolean,
): MessageCourse[] {
  const { place, value } = view.columns;
  const numbers = new Set(channels.map((channel) => view.number(channel)));
  const done = new Map<number, number>();
  const dead = new Set<number>();
  for (const record of view.recordsOf('ack')) {
    const message = value[record]!;
    if (handled(record) && !done.has(message)) done.set(message, record);
  }
  for (const record of view.recordsOf('deadLetter')) {
    const message = value[record]!;
    if (!numbers.has(place[record]!) || done.has(message)) continue;
    done.set(message, record);
    dead.add(message);
  }
  // What was taken back before anybody had it is awaited by nobody.
  const aborted = new Set<number>();
  for (const record of view.recordsOf('dropped'))
    if (view.text(view.columns.detail[record]!) === 'aborted' && !done.has(value[record]!))
      aborted.add(value[record]!);
  // A queue's messages are those that it took in, however they came; an exchange's, those published to it.
  const taken = accepted(view, 'enqueued', numbers);
  const all = taken.length > 0 ? taken : accepted(view, 'publish', numbers);
  const awaited = aborted.size === 0 ? all : all.filter(([message]) => !aborted.has(message));
  return awaited.map(([message, published]) => ({
    message,
    published,
    done: done.get(message),
    dead: dead.has(message),
  }));
}

/** Messages of a service's outbox: handled once the broker has them. */
function relayed(view: RunView, service: string): MessageCourse[] {
  const { value, cause, span } = view.columns;
  const done = new Map<number, number>();
  for (const record of view.recordsOf('publish')) {
    const message = value[record]!;
    if (!done.has(message)) done.set(message, record);
  }
  const mine = new Map<number, number>();
  for (const record of view.recordsOf('outboxed')) {
    const message = value[record]!;
    if (!mine.has(message) && ownerOf(view, span[record]!, cause[record]!) === service)
      mine.set(message, record);
  }
  return [...mine].map(([message, published]) => ({
    message,
    published,
    done: done.get(message),
    dead: false,
  }));
}

/** The service in whose work a record was made: the one that owns its span, or its cause where it has no span. */
function ownerOf(view: RunView, span: number, cause: number): string | undefined {
  const record = span >= 0 ? span : cause;
  return record < 0 ? undefined : view.text(view.columns.place[record]!)?.split('.')[0];
}

/** The first record of each message at one of the channels. */
function accepted(
  view: RunView,
  kind: 'enqueued' | 'publish',
  channels: ReadonlySet<number>,
): [number, number][] {
  const { place, value } = view.columns;
  const found = new Map<number, number>();
  for (const record of view.recordsOf(kind)) {
    if (channels.has(place[record]!) && !found.has(value[record]!)) found.set(value[record]!, record);
  }
  return [...found];
}
