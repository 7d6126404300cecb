import { Mailbox } from '../kernel/mailbox.ts';
import type { Process } from '../kernel/process.ts';
import { NONE } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Cancellation } from './cancellation.ts';
import { ResponseStream, type StreamCarrier, type StreamMessage } from './response-stream.ts';

/** A window grows again once half of it has been read (Netty's `DEFAULT_WINDOW_UPDATE_RATIO`). */
const UPDATE_RATIO = 0.5;

/** A message in the hands of its reader. */
export interface Read {
  readonly message: StreamMessage;
  /** The record of its being read. */
  readonly record: number;
}

/** Who reads. */
export interface ReadBy {
  /** Records that a message is read. */
  note(message: StreamMessage): number;
  /** So many messages more, or fewer, have arrived and are not read; the record that led to it. */
  keeps(messages: number, cause: number): void;
}

interface Arrived {
  readonly message: StreamMessage;
  /** Bytes of it that still count against the window. */
  readonly held: number;
}

/**
 * A caller's side of a response that comes as a stream of messages, whatever tries its call takes.
 *
 * What has arrived counts against the window until its message is asked for. Of a message that is waited for already,
 * nothing does, so that one that is longer than the window can come, too.
 */
export class ResponseReader {
  /** Bytes that may be on their way, or unread. */
  readonly window: number;
  readonly #system: System;
  /** Null: nobody, and what arrives is forgotten, as of a mirrored request. */
  readonly #by: ReadBy | null;
  /** The try whose messages are read: the first that brings any. */
  #stream: ResponseStream | null = null;
  readonly #arrived: Mailbox<Arrived | null>;
  /** Of a message that has arrived in part: bytes that count against the window. */
  #held = 0;
  /** Bytes read that the writer has not been told of. */
  #untold = 0;
  #asking: boolean;
  #closed = false;
  /** The record of the last message read. */
  #last = NONE;

  constructor(system: System, window: number, by: ReadBy | null) {
    this.#system = system;
    this.window = window;
    this.#by = by;
    this.#asking = by === null;
    this.#arrived = new Mailbox(system.sim);
  }

  /** Whether any of the response has arrived. */
  get begun(): boolean {
    return this.#stream !== null;
  }

  /** The stream of one more try. */
  open(carrier: StreamCarrier, cancellation: Cancellation | null): ResponseStream {
    return new ResponseStream(this.#system, this, carrier, cancellation);
  }

  /** One with the same window, of whose messages nobody takes notice. */
  shadow(): ResponseReader {
    return new ResponseReader(this.#system, this.window, null);
  }

  /** So many bytes of a message have come, which are the last of it or not. */
  arrived(stream: ResponseStream, bytes: number, message: StreamMessage, last: boolean): void {
    this.#stream ??= stream;
    if (stream !== this.#stream || this.#closed) return;
    const waited = this.#asking;
    if (waited) this.#tell(bytes, message.record);
    else this.#held += bytes;
    if (!last || this.#by === null) return;
    this.#arrived.put({ message, held: this.#held });
    this.#held = 0;
    this.#asking = false;
    if (!waited) this.#by.keeps(1, message.record);
  }

  /** The response is complete: nothing follows what has arrived. */
  end(): void {
    this.#arrived.put(null);
  }

  /** Asks for the next message, and waits for it; null where there is none any more. */
  *next(): Process<Read | null> {
    const waits = this.#arrived.size === 0;
    if (waits) {
      this.#asking = true;
      this.#tell(this.#held, this.#last);
      this.#held = 0;
    }
    const arrived = yield* this.#arrived.take();
    if (arrived === null || this.#by === null) return null;
    const { message, held } = arrived;
    const record = this.#by.note(message);
    this.#last = record;
    if (!waits) this.#by.keeps(-1, record);
    this.#tell(held, record);
    return { message, record };
  }

  /** Nobody reads any more; what has arrived unread is forgotten, by a process that lives, or has died with it. */
  close(lives: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    const unread = this.#arrived.drain().filter((one) => one !== null).length;
    if (lives && unread > 0) this.#by?.keeps(-unread, this.#last);
  }

  /** Tells the writer of what has been read, once it is worth it (WINDOW_UPDATE). */
  #tell(bytes: number, cause: number): void {
    this.#untold += bytes;
    if (this.#untold < this.window * UPDATE_RATIO) return;
    this.#stream?.grow(this.#untold, cause);
    this.#untold = 0;
  }
}
