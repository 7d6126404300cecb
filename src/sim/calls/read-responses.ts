import type { Frame } from '../flow/frame.ts';
import type { Body } from '../flow/request.ts';
import { ResponseReader } from '../grpc/response-reader.ts';
import type { Process } from '../kernel/process.ts';
import { Signal } from '../kernel/signal.ts';
import type { Micros } from '../kernel/time.ts';
import { type Outcome, success } from '../outcome.ts';
import type { Name } from '../recorder.ts';
import type { Answer, Exchange } from './exchange.ts';

/** What a caller does with a response that comes in many messages. */
export interface Reading {
  /** Bytes that may be on their way, or unread. */
  readonly window: number;
  /** Works one message off; the next is asked for when that is done. */
  each(frame: Frame, body: Body): Process<Outcome>;
  /** Whether anything has come: from then on the call is not tried again (gRFC A6, "committed"). */
  begun: boolean;
}

/** The reading of one try: message after message, until there is none any more, or one could not be worked off. */
export class Responses {
  readonly reader: ResponseReader;
  readonly #frame: Frame;
  readonly #reading: Reading;
  readonly #ended: Signal<Answer>;

  constructor(frame: Frame, reading: Reading, place: Name, callee: Name) {
    const { system } = frame;
    this.#frame = frame;
    this.#reading = reading;
    this.#ended = new Signal(system.sim);
    const { host, span, subject } = frame;
    this.reader = new ResponseReader(system, reading.window, {
      note: ({ record, writtenAt }) =>
        system.log.note('streamRead', place, subject, record, span, frame.now - writtenAt, undefined, callee),
      keeps: (messages, cause) => host.keeps('unread', messages, cause),
    });
  }

  /** Reads; whatever fails takes the call back. */
  *read(exchange: Exchange): Process {
    let received = 0;
    let cause = this.#frame.cause;
    for (let got = yield* this.reader.next(); got; got = yield* this.reader.next()) {
      const frame = this.#frame.element(got.message.body, received++);
      frame.cause = got.record;
      const outcome = yield* this.#reading.each(frame, got.message.body);
      cause = frame.cause;
      if (outcome.ok) continue;
      this.#ended.resolve({ outcome, cause });
      exchange.takeBack({ outcome, cause });
      return;
    }
    this.#ended.resolve({ outcome: success({ received }), cause });
  }

  /** How the call ends for its caller once the callee has said how it ended for him; undefined if that is too late. */
  *conclude(answer: Answer, patience: Micros): Process<Answer | undefined> {
    const { outcome } = answer;
    // What came before a status is read; what came before the connection broke is not (as nobody may take it for all).
    if (!outcome.ok && outcome.failure.sent !== 'yes') return answer;
    this.reader.end();
    const read = Number.isFinite(patience)
      ? yield* this.#ended.waitUpTo(Math.max(0, patience))
      : yield* this.#ended.wait();
    return read && outcome.ok ? read : read && answer;
  }

  /** Nothing is read any more: its process has what it wanted, has given up, or is dead. */
  close(alive: boolean): void {
    this.#reading.begun ||= this.reader.begun;
    this.reader.close(alive);
  }
}
