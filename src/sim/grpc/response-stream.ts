import type { Host } from '../flow/host.ts';
import type { Body } from '../flow/request.ts';
import type { Scope } from '../kernel/process.ts';
import { Signal } from '../kernel/signal.ts';
import type { Micros } from '../kernel/time.ts';
import type { Transit } from '../net/network.ts';
import { NONE } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Cancellation } from './cancellation.ts';
import type { ResponseReader } from './response-reader.ts';

/** Before each message on the wire: whether it is compressed, and how long it is (gRPC over HTTP/2). */
const MESSAGE_PREFIX = 5;

/** One message of a response stream, as its reader gets it. */
export interface StreamMessage {
  readonly body: Body;
  /** In bytes, with its prefix. */
  readonly size: number;
  /** The record of its being written. */
  readonly record: number;
  readonly writtenAt: Micros;
}

/** The connection under a stream: one copy of a call. */
export interface StreamCarrier {
  /** What becomes of so many bytes of messages, on their way to the caller. */
  down(bytes: number, piece: number, cause: number): Transit;
  /** What becomes of a WINDOW_UPDATE, on its way to the callee. */
  up(piece: number, cause: number): Transit;
  /** A piece of a message has arrived over it. */
  heard(): void;
  /** Something got lost for good on the way: nothing comes over it any more, and neither end is told. */
  lost(way: Transit): void;
}

interface Unsent {
  readonly message: StreamMessage;
  left: number;
}

/**
 * The messages of one response on their way, as far as HTTP/2's flow control lets them go.
 *
 * Bytes leave while the reader's window has room for them; the rest waits in the memory of the writer. The window
 * grows as messages are read, and not as they arrive. Source: RFC 9113, 5.2 and 6.9; readiness as in grpc-java.
 */
export class ResponseStream {
  readonly #system: System;
  readonly #reader: ResponseReader;
  readonly #carrier: StreamCarrier;
  readonly #cancellation: Cancellation | null;
  #writer: Host | null = null;
  /** The process that writes has not died since. */
  #scope: Scope | null = null;
  /** It is ready for more while fewer bytes than this wait to leave. */
  #threshold = 0;
  readonly #unsent: Unsent[] = [];
  #unsentBytes = 0;
  /** Of those, the writer knows of so many. */
  #counted = 0;
  /** What the reader's window has room for. */
  #room: number;
  /** A connection keeps the order: nothing arrives before what was sent before it. */
  #lastArrival: Micros = 0;
  #pieces = 0;
  #broken = false;
  #lost = false;
  /** Resolved when there may be reason to look again whether it is ready, or empty; with the record that led to it. */
  #moved: Signal<number>;

  constructor(
    system: System,
    reader: ResponseReader,
    carrier: StreamCarrier,
    cancellation: Cancellation | null,
  ) {
    this.#system = system;
    this.#reader = reader;
    this.#carrier = carrier;
    this.#cancellation = cancellation;
    this.#room = reader.window;
    this.#moved = new Signal(system.sim);
  }

  /** Messages that have not left, or not wholly. */
  get unsent(): number {
    return this.#unsent.length;
  }

  /** Whether more can be written without piling it up. */
  get ready(): boolean {
    return this.over || this.#unsentBytes < this.#threshold;
  }

  /** Nobody takes anything from it any more. */
  get over(): boolean {
    return this.#broken || (this.#cancellation !== null && this.#cancellation.reason !== null);
  }

  /** When what has left so far will have arrived. */
  get lastArrival(): Micros {
    return this.#lastArrival;
  }

  /** Somebody begins to write; it is ready while fewer bytes than the threshold wait to leave. */
  begin(writer: Host, threshold: number): void {
    const { scope } = writer;
    this.#writer = writer;
    this.#scope = scope;
    this.#threshold = threshold;
    this.#cancellation?.listen(() => scope.whenRunning(() => this.#drop()));
  }

  /** Takes a message; what cannot leave at once is kept. */
  write(body: Body, bytes: number, record: number): void {
    if (this.over) return;
    const size = bytes + MESSAGE_PREFIX;
    this.#unsent.push({ message: { body, size, record, writtenAt: this.#system.sim.now }, left: size });
    this.#unsentBytes += size;
    this.#send(record);
    this.#count(record);
  }

  /** Waits until it is ready, or over; the record that led to that. */
  *whenReady() {
    let cause = NONE;
    while (!this.ready) cause = yield* this.#moved.wait();
    return cause;
  }

  /** Waits until everything has left, or it is over. */
  *drained() {
    while (this.#unsent.length > 0 && !this.over) yield* this.#moved.wait();
  }

  /** Its writer is gone, and what had not left with it. */
  breakOff(): void {
    this.#counted = 0;
    this.#end();
  }

  /** The reader has read so much (WINDOW_UPDATE). */
  grow(bytes: number, cause: number): void {
    if (this.#lost) return;
    const way = this.#carrier.up(++this.#pieces, cause);
    if (way.lost !== null || way.refused) {
      this.#lose(way);
      return;
    }
    this.#system.sim.after(way.delay, () => this.#grown(bytes, cause));
  }

  #grown(bytes: number, cause: number): void {
    this.#room += bytes;
    if (this.over) return;
    this.#scope?.whenRunning(() => {
      this.#send(cause);
      this.#count(cause);
    });
  }

  /** Sends what there is room for. */
  #send(cause: number): void {
    const { sim } = this.#system;
    while (this.#room > 0 && !this.over && !this.#lost) {
      const first = this.#unsent[0];
      if (!first) break;
      const bytes = Math.min(this.#room, first.left);
      this.#room -= bytes;
      this.#unsentBytes -= bytes;
      first.left -= bytes;
      const { message } = first;
      const whole = first.left === 0;
      if (whole) this.#unsent.shift();
      const way = this.#carrier.down(bytes, ++this.#pieces, message.record);
      if (way.lost !== null || way.refused) {
        this.#lose(way);
        return;
      }
      this.#lastArrival = Math.max(this.#lastArrival, sim.now + way.delay);
      sim.at(this.#lastArrival, () => {
        this.#carrier.heard();
        this.#reader.arrived(this, bytes, message, whole);
      });
    }
    this.#stir(cause);
  }

  #lose(way: Transit): void {
    this.#lost = true; // what is lost is sent again and again, and nothing overtakes it
    this.#carrier.lost(way);
  }

  /** Its caller wants no more of it. */
  #drop(): void {
    this.#end();
    this.#count(NONE);
    this.#stir(NONE);
  }

  #end(): void {
    this.#broken = true;
    this.#unsent.length = 0;
    this.#unsentBytes = 0;
  }

  /** Tells its writer how much more, or less, waits in its memory. */
  #count(cause: number): void {
    const { length } = this.#unsent;
    const change = length - this.#counted;
    this.#counted = length;
    if (change !== 0) this.#writer?.keeps('unsent', change, cause);
  }

  #stir(cause: number): void {
    const moved = this.#moved;
    this.#moved = new Signal(this.#system.sim);
    moved.resolve(cause);
  }
}
