import { countUpTo } from '../../../scenarios/channels/level.ts';
import type { Micros } from '../../../sim/kernel/time.ts';
import { KIND } from '../../../sim/kinds.ts';
import type { Run } from '../../../sim/run.ts';
import type { Places } from './places.ts';

/** What a message on its way is, as the letter that stands for it. */
export type Letter = 'o' | 'r' | 'd' | 'm' | '<' | '!' | 'l' | 'x';

/** What each letter says, in the order in which a legend lists them. */
export const LETTERS: Readonly<Record<Letter, string>> = {
  o: 'request',
  r: 'retry',
  d: 'duplicate',
  m: 'message',
  '<': 'answer',
  '!': 'error',
  l: 'late',
  x: 'lost',
};

/** One message that went over one link. */
export interface Hop {
  /** The record at which it set out, or, where that is not recorded, at which it was told of. */
  readonly record: number;
  readonly letter: Letter;
  /** Nodes of the map, by number. */
  readonly from: number;
  readonly to: number;
  readonly sent: Micros;
  /** When it came; for what was lost, when it was lost. */
  readonly came: Micros;
  /** The name of what it is about, by number; -1 for nothing. */
  readonly subject: number;
}

/** Messages that took longer than this are few, and are looked for one by one. */
const LONG: Micros = 250_000;

/** Every message of a run, to be asked for by time. */
export class Hops {
  readonly #short: Hop[] = [];
  readonly #long: Hop[] = [];
  readonly #times: readonly number[];
  /** The letters that occur. */
  readonly letters: ReadonlySet<string>;

  constructor(run: Run, places: Places) {
    const letters = new Set<string>();
    for (const hop of hopsOf(run, places)) {
      letters.add(hop.letter);
      (hop.came - hop.sent > LONG ? this.#long : this.#short).push(hop);
    }
    this.letters = letters;
    this.#short.sort((a, b) => a.sent - b.sent || a.record - b.record);
    this.#times = this.#short.map(({ sent }) => sent);
  }

  /** What set out at most `within` before a time, or has not yet come. */
  around(at: Micros, within: Micros): Hop[] {
    const found = this.#short.slice(
      countUpTo(this.#times, at - Math.max(within, LONG)),
      countUpTo(this.#times, at),
    );
    const recent = found.filter(({ sent, came }) => sent >= at - within || came >= at);
    return [
      ...recent,
      ...this.#long.filter(({ sent, came }) => sent <= at && Math.max(came, sent + within) >= at),
    ];
  }
}

/** Reads the messages off the record: calls by their requests, answers by their ends, deliveries, and what was lost. */
function* hopsOf({ record }: Run, places: Places): Generator<Hop> {
  const { time, kind, place, peer, subject, cause, span, value, detail } = record.columns();
  const requested = new Set<number>();
  const redelivered = record.names.find('redelivered');
  const at = (index: number) => time[index] as number;
  const hop = (index: number, letter: Letter, from: number, to: number, sent: Micros, came: Micros): Hop => {
    return { record: index, letter, from, to, sent, came, subject: subject[index] as number };
  };
  for (let i = 0; i < kind.length; i++) {
    const here = places.nodeOf(place[i] as number);
    switch (kind[i]) {
      case KIND.request: {
        const call = span[i] as number;
        if (call < 0 || kind[call] !== KIND.call) break;
        const twice = requested.has(call);
        requested.add(call);
        const letter = twice ? 'd' : (value[call] as number) > 1 ? 'r' : 'o';
        yield hop(call, letter, places.nodeOf(place[call] as number), here, at(call), at(i));
        break;
      }
      case KIND.callOk:
      case KIND.callFailed:
      case KIND.lateReply: {
        const answer = cause[i] as number;
        const said = answer < 0 ? -1 : kind[answer];
        // An attempt that ended without an answer got no message back.
        if (said !== KIND.reply && said !== KIND.shed && said !== KIND.lost && said !== KIND.dedupe) break;
        const letter = kind[i] === KIND.lateReply ? 'l' : kind[i] === KIND.callOk ? '<' : '!';
        yield hop(answer, letter, places.nodeOf(peer[i] as number), here, at(answer), at(i));
        break;
      }
      case KIND.dropped: {
        const [from, to] = places.endsOf(place[i] as number);
        yield hop(i, 'x', from, to, at(i), at(i));
        break;
      }
      case KIND.publish: {
        const opener = span[i] as number;
        // A log takes a record as it is published; what queues take in they tell of themselves.
        if ((peer[i] as number) >= 0 && opener >= 0)
          yield hop(
            i,
            'm',
            places.nodeOf(place[opener] as number),
            places.nodeOf(peer[i] as number),
            at(i),
            at(i),
          );
        break;
      }
      case KIND.enqueued: {
        yield hop(i, 'm', senderOf(cause[i] as number), here, at(i), at(i));
        break;
      }
      case KIND.delivery: {
        const letter = detail[i] === redelivered && redelivered >= 0 ? 'd' : 'm';
        yield hop(i, letter, places.nodeOf(peer[i] as number), here, at(i), at(i));
        break;
      }
    }
  }

  /** Who put a message into a queue: its publisher, or the queue in which it died. */
  function senderOf(record: number): number {
    if (record < 0) return -1;
    const opener = kind[record] === KIND.publish ? (span[record] as number) : record;
    return opener < 0 ? -1 : places.nodeOf(place[opener] as number);
  }
}
