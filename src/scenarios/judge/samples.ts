import type { Micros } from '../../sim/kernel/time.ts';
import type { Client } from '../../sim/world/schema/world.ts';
import { messagesOf } from './messages.ts';
import { type Place, placeIn, type Target } from './places.ts';
import { matching } from './received.ts';
import type { RunView } from './view.ts';

/** How something that was wanted ended. `open`: it had not, when the run did. */
export const GOOD = 1;
export const BAD = 0;
export const OPEN = 2;

/** Where something is wanted. */
export const SAMPLED: Target = {
  called: 'client, service, operation or consumer',
  fits: ({ kind }) => kind === 'client' || kind === 'service' || kind === 'operation' || kind === 'consumer',
};

/** What was wanted at a place, one after the other in the order in which it began. */
export interface Samples {
  /** What one is called: `intention`, `request` or `message`. */
  readonly noun: string;
  readonly length: number;
  readonly began: Float64Array;
  /** When it ended; for an open one, when the run did. */
  readonly ended: Float64Array;
  readonly outcome: Uint8Array;
  /** The record that began it, and the one that ended it; -1 for an open one. */
  readonly first: Int32Array;
  readonly last: Int32Array;
  /** Good answers in which a fallback stood in. */
  readonly degraded: number;
}

/** What clients wanted, requests were for, or messages said, by place; undefined where the world has no such place. */
export function samplesOf(view: RunView, place: string): Samples | undefined {
  return view.remember(`samples ${place}`, () => {
    const found = placeIn(view.run.world, place);
    return found && collect(view, found);
  });
}

function collect(view: RunView, place: Place): Samples | undefined {
  switch (place.kind) {
    case 'client':
      return intentions(view, place.client);
    case 'operation':
      return requests(view, (text) => text === place.operation);
    case 'service':
      return requests(view, (text) => text.startsWith(`${place.service}.`));
    case 'consumer':
      return messages(view, place);
    default:
      return undefined;
  }
}

/** Collects samples in the order in which they begin. */
class Collector {
  readonly #view: RunView;
  readonly #first: number[] = [];
  readonly #last: number[] = [];
  readonly #outcome: number[] = [];
  readonly #byKey = new Map<number, number>();

  constructor(view: RunView) {
    this.#view = view;
  }

  begin(key: number, record: number): void {
    if (this.#byKey.has(key)) return;
    this.#byKey.set(key, this.#first.length);
    this.#first.push(record);
    this.#last.push(-1);
    this.#outcome.push(OPEN);
  }

  /** The first end counts: a client that has lost its patience is not pleased by a late answer. */
  end(key: number, record: number, outcome: number): boolean {
    const index = this.#byKey.get(key);
    if (index === undefined || this.#outcome[index] !== OPEN) return false;
    this.#outcome[index] = outcome;
    this.#last[index] = record;
    return true;
  }

  /** An open one that has waited for `limit` is a failed one. */
  samples(noun: string, limit: Micros, degraded = 0): Samples {
    const { columns, run } = this.#view;
    const began = Float64Array.from(this.#first, (record) => columns.time[record]!);
    const ended = Float64Array.from(this.#last, (record) => (record < 0 ? run.until : columns.time[record]!));
    const outcome = Uint8Array.from(this.#outcome, (state, index) =>
      state === OPEN && ended[index]! - began[index]! >= limit ? BAD : state,
    );
    const first = Int32Array.from(this.#first);
    return {
      noun,
      length: first.length,
      began,
      ended,
      outcome,
      first,
      last: Int32Array.from(this.#last),
      degraded,
    };
  }
}

function intentions(view: RunView, client: string): Samples {
  const { columns } = view;
  const { place, span } = columns;
  const number = view.number(client);
  const collector = new Collector(view);
  for (const record of view.recordsOf('intent'))
    if (place[record] === number) collector.begin(record, record);
  const degradedText = view.number('degraded');
  let degraded = 0;
  for (const record of merged(
    view.recordsOf('intentOk'),
    view.recordsOf('intentFailed'),
    view.recordsOf('gaveUp'),
  )) {
    if (place[record] !== number) continue;
    const good = columns.kind[record] === view.kind('intentOk');
    const counted = collector.end(span[record]!, record, good ? GOOD : BAD);
    if (counted && good && degradedText >= 0 && columns.detail[record] === degradedText) degraded++;
  }
  return collector.samples('intention', patienceOf(view, view.run.world.clients[client]), degraded);
}

/** How long a client can wait at most; where it has no limit of its own, the time that the world gets to settle. */
function patienceOf(view: RunView, client: Client | undefined): Micros {
  const { settle } = view.run.world.run;
  if (!client) return settle;
  if (client.patience !== null) return client.patience;
  const limits = Object.values(client.calls).map((call) => call.deadline ?? call.timeout ?? settle);
  return limits.length === 0
    ? settle
    : Math.min(settle, Math.max(...limits) * Object.keys(client.steps).length);
}

function requests(view: RunView, matches: (operation: string) => boolean): Samples {
  const { columns } = view;
  const { place, span } = columns;
  const collector = new Collector(view);
  const wanted = matching(view, matches);
  for (const record of view.recordsOf('request')) {
    if (!wanted(place[record]!)) continue;
    collector.begin(record, record);
  }
  for (const record of merged(view.recordsOf('reply'), view.recordsOf('lost'), view.recordsOf('shed'))) {
    if (!wanted(place[record]!)) continue;
    const good =
      columns.kind[record] === view.kind('reply') &&
      columns.value[record]! < 500 &&
      columns.value[record]! !== 429;
    collector.end(span[record]!, record, good ? GOOD : BAD);
  }
  return collector.samples('request', view.run.world.run.settle);
}

function messages(view: RunView, place: Extract<Place, { kind: 'consumer' }>): Samples {
  const collector = new Collector(view);
  for (const { message, published, done, dead } of messagesOf(view, place)) {
    collector.begin(message, published);
    if (done !== undefined) collector.end(message, done, dead ? BAD : GOOD);
  }
  return collector.samples('message', view.run.world.run.settle);
}

/** Indices of several kinds in one order of time. */
function merged(...lists: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all.sort();
}
