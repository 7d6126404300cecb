import type { Nobody, Wanted } from '../discovery/directory.ts';
import type { Frame } from '../flow/frame.ts';
import type { Host } from '../flow/host.ts';
import type { Request } from '../flow/request.ts';
import type { Cancellation } from '../grpc/cancellation.ts';
import type { ResponseReader } from '../grpc/response-reader.ts';
import { mix } from '../kernel/luck.ts';
import type { Micros } from '../kernel/time.ts';
import {
  type End,
  HALF_OPEN,
  IDLE_LIMIT,
  MESSAGE_BYTES,
  TCP_PATIENCE,
  type Transit,
} from '../net/network.ts';
import { type Outcome, REFUSED, RESET, UNPROCESSED } from '../outcome.ts';
import { type Name, NONE } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Exchange } from './exchange.ts';

/** What a callee is handed: the request, and a way to answer it. */
export interface Incoming {
  readonly request: Request;
  /** `payment.charge`. */
  readonly operation: Name;
  /** Who sent it. */
  readonly from?: Host | undefined;
  /** The record that brought it. */
  readonly cause: number;
  /** When the caller will stop waiting, for queues that drop what nobody waits for. */
  readonly expires: Micros;
  /** Whether somebody still waits for the answer. */
  wanted(): boolean;
  answer(outcome: Outcome, cause: number): void;
}

/** A request on its way over a connection that others share. */
export interface Carried {
  readonly request: Request;
  /** Tells the caller, here and now. */
  settle(outcome: Outcome, cause: number): void;
}

/** Where one message goes: a replica, or a broker. */
export interface Target {
  readonly end: End;
  /** A connection that keeps an eye on its calls is told of each, and of its end: whether it was an answer. */
  begins?(call: Carried): ((answered: boolean) => void) | undefined;
  /** Takes a message that has arrived; false where nobody listens. */
  accept(incoming: Incoming): boolean;
  /** A piece of a stream is sent over it, in either direction. */
  use?(): void;
  /** A piece of a response has come from it. */
  heard?(): void;
}

/** A request in the hands of a client library that has ways of its own to send it. */
export interface Outgoing {
  readonly request: Request;
  /** Where it is sent from. */
  readonly near: End;
  /** The record of the call, which is its span. */
  readonly cause: number;
  /** When the caller will stop waiting. */
  readonly expires: Micros;
  wanted(): boolean;
  /** Tells the caller, here and now. */
  settle(outcome: Outcome, cause: number): void;
}

/** Whom messages can be sent to: a service, which has many replicas, or a broker. */
export type Destination =
  /** Chooses, for one message, as a client-side load balancer does: when it is sent. */
  | { target(): Target }
  | { carry(outgoing: Outgoing): void }
  /** Knows whom to send to a little later, or that there is nobody. */
  | { find(wanted: Wanted, use: (found: Target | Nobody) => void): void };

/** What a request counts on a link: as its field `bytes` says, else as much as any message. */
const bytesOf = ({ body: { bytes } }: Request): number =>
  typeof bytes === 'number' ? Math.max(0, bytes) : MESSAGE_BYTES;

/** Tells the luck of the pieces of a stream from that of its request. */
const PIECE_SALT = 6_000;

/** A frame of HTTP/2 with four bytes in it (RFC 9113, 6.9). */
const WINDOW_UPDATE_BYTES = 13;

/** Stands for the target of what is carried by somebody else. */
const NOWHERE: Target = { end: { owner: '', zone: null }, accept: () => false };

/** One copy of a request on its way there, and its answer on the way back. */
class Copy implements Incoming, Outgoing {
  readonly request: Request;
  readonly operation: Name;
  readonly from: Host;
  /** Of the call at first, then of whatever the network did to it. */
  cause: number;
  readonly #system: System;
  readonly #place: Name;
  readonly #exchange: Exchange;
  readonly #target: Target;
  readonly near: End;
  readonly #seen: ((outcome: Outcome) => void) | undefined;
  /** Sends it again where its connection's other end has not begun with it (a transparent retry, gRFC A6). */
  resend: (() => void) | undefined = undefined;
  readonly #subject: Name | undefined;
  readonly #key: number;
  readonly #call: number;
  #outcome: Outcome = REFUSED;
  /** Tells its connection that it is over. */
  #over: ((answered: boolean) => void) | undefined = undefined;
  /** Its connection has been given up: what still comes over it reaches nobody. */
  #told = false;

  constructor(
    frame: Frame,
    place: Name,
    operation: Name,
    target: Target,
    request: Request,
    exchange: Exchange,
    call: number,
    seen: ((outcome: Outcome) => void) | undefined,
  ) {
    this.request = request.reader ? this.#streamed(request, request.reader) : request;
    this.operation = operation;
    this.from = frame.host;
    this.cause = call;
    this.#system = frame.system;
    this.#place = place;
    this.#exchange = exchange;
    this.#target = target;
    this.near = frame.host.end;
    this.#subject = frame.subject;
    // Two calls of one flow over one link meet luck of their own.
    this.#key = mix(frame.key, place.hash);
    this.#call = call;
    this.#seen = seen;
  }

  get expires(): Micros {
    return this.#exchange.expires;
  }

  wanted(): boolean {
    return this.#exchange.wanted;
  }

  /** Puts it on the network. */
  leave(): void {
    const { network, sim, taps } = this.#system;
    const far = this.#target.end;
    const { cancellation } = this.request;
    if (taps.size > 0)
      for (const tap of taps.values()) tap.hear(this.from, far, this.operation, this.request, this.#call);
    if (cancellation) this.#watch(cancellation, far);
    const transit = this.#toward(far, network.narrow ? bytesOf(this.request) : undefined);
    this.cause = transit.cause;
    if (transit.refused) sim.after(transit.delay * 2, deliver, this);
    else if (transit.lost !== null) this.#lose(transit.lost, transit.cause, this.near, far);
    else sim.after(transit.delay, arrive, this);
  }

  /** When its caller waits no more, the other end is told: at its deadline by its own clock, else by a message (RST_STREAM). */
  #watch(cancellation: Cancellation, far: End): void {
    const exchange = this.#exchange;
    const { sim } = this.#system;
    const before = exchange.left;
    this.#over = this.#target.begins?.(this);
    exchange.left = () => {
      before?.();
      const answered = exchange.answered.settled && !exchange.takenBack;
      this.#over?.(answered);
      if (answered) return;
      if (sim.now >= this.request.deadline) {
        cancellation.cancel('deadline exceeded');
        return;
      }
      const reset = this.#toward(far);
      if (reset.lost === null) sim.after(reset.delay, () => cancellation.cancel('cancelled by its caller'));
    };
  }

  /** The request as whoever answers it has it, where the response comes in many messages. */
  #streamed(request: Request, reader: ResponseReader): Request {
    const { cancellation } = request;
    const lost = ({ leg, lost: reason, cause }: Transit) => {
      const far = this.#target.end;
      if (leg === 'reply') this.#lose(reason ?? 'refused', cause, far, this.near);
      else this.#lose(reason ?? 'refused', cause, this.near, far);
      this.#system.sim.after(patience(reason), () => cancellation?.cancel('its connection was closed'));
    };
    const stream = reader.open(
      {
        down: (bytes, piece, cause) => this.#piece('reply', bytes, piece, cause),
        up: (piece, cause) => this.#piece('request', WINDOW_UPDATE_BYTES, piece, cause),
        heard: () => this.#target.heard?.(),
        lost,
      },
      cancellation,
    );
    return { ...request, stream };
  }

  /** What becomes of one piece of a stream. */
  #piece(leg: 'request' | 'reply', bytes: number, piece: number, cause: number): Transit {
    this.#target.use?.();
    const far = this.#target.end;
    const [from, to] = leg === 'reply' ? [far, this.near] : [this.near, far];
    const variant = mix(this.request.variant, PIECE_SALT + piece);
    const { network } = this.#system;
    return network.send(from, to, leg, this.#key, variant, this.#subject, cause, this.#call, bytes);
  }

  /** What becomes of a message on its way to the other end. */
  #toward(far: End, bytes?: number): Transit {
    const { variant } = this.request;
    return this.#system.network.send(
      this.near,
      far,
      'request',
      this.#key,
      variant,
      this.#subject,
      this.#call,
      this.#call,
      bytes,
    );
  }

  arrive(): void {
    if (!this.#target.accept(this)) this.answer(REFUSED, this.cause);
  }

  answer(outcome: Outcome, cause: number): void {
    const { network, sim } = this.#system;
    const far = this.#target.end;
    const { variant } = this.request;
    const bytes = outcome.ok ? outcome.head?.bytes : null;
    const back = network.send(
      far,
      this.near,
      'reply',
      this.#key,
      variant,
      this.#subject,
      cause,
      this.#call,
      bytes ?? undefined,
    );
    if (back.lost !== null) {
      this.#lose(back.lost, back.cause, far, this.near);
      return;
    }
    this.#outcome = outcome;
    this.cause = back.cause;
    const { stream } = this.request;
    sim.after(stream ? Math.max(back.delay, stream.lastArrival - sim.now) : back.delay, deliver, this);
  }

  settle(outcome: Outcome, cause: number): void {
    this.#outcome = outcome;
    this.cause = cause;
    this.deliver();
    this.#told = true;
  }

  /** The answer has reached the caller, who may have stopped waiting for it. */
  deliver(): void {
    const exchange = this.#exchange;
    const outcome = this.#outcome;
    if (this.#told) return;
    if (outcome === UNPROCESSED && this.resend && exchange.wanted) {
      this.#over?.(true);
      this.resend();
      return;
    }
    if (exchange.closed) {
      if (exchange.dead) return;
      const { log, sim } = this.#system;
      const detail = outcome.ok ? 'ok' : outcome.failure.reason;
      const age = sim.now - exchange.sentAt;
      log.note('lateReply', this.#place, this.#subject, this.cause, this.#call, age, detail, this.operation);
      return;
    }
    this.#seen?.(outcome);
    exchange.settle({ outcome, cause: this.cause });
  }

  /** Without a timeout of its own the caller learns of it when the connection has been idle for too long. */
  #lose(reason: string, cause: number, from: End, to: End): void {
    const { network, log, sim } = this.#system;
    this.cause = log.note('dropped', network.nameOf(from, to), this.#subject, cause, this.#call, 0, reason);
    if (this.#exchange.expires !== Number.POSITIVE_INFINITY) return;
    this.#outcome = RESET;
    sim.after(patience(reason), deliver, this);
  }
}

/** How long either end believes in a connection over which nothing comes any more. */
const patience = (lost: string | null): Micros => (lost === HALF_OPEN ? TCP_PATIENCE : IDLE_LIMIT);

// One function for all copies: a closure for each would be the simulator's largest cost.
const arrive = (copy: Copy): void => copy.arrive();
const deliver = (copy: Copy): void => copy.deliver();

/** Sends one request and sees to it that its answer comes back, if the network lets it: through a sidecar where there is one. */
export function send(
  frame: Frame,
  place: Name,
  operation: Name,
  destination: Destination,
  request: Request,
  exchange: Exchange,
  call: number,
): void {
  const sidecar = frame.system.mesh?.sidecarBetween(frame.host, destination);
  if (sidecar) sidecar.forward({ frame, place, operation, destination, request, exchange, call });
  else transmit(frame, place, operation, destination, request, exchange, call);
}

/** The same with no sidecar on the caller's side; `seen` is told of an answer that came while it was waited for. */
export function transmit(
  frame: Frame,
  place: Name,
  operation: Name,
  destination: Destination,
  request: Request,
  exchange: Exchange,
  call: number,
  seen?: (outcome: Outcome) => void,
): void {
  if ('carry' in destination) {
    destination.carry(new Copy(frame, place, operation, NOWHERE, request, exchange, call, seen));
    return;
  }
  const finder =
    'find' in destination ? destination : frame.system.discovery?.finder(frame.host, destination);
  if (finder) {
    const { scope } = frame.host;
    let sent = 0;
    const go = (found: Target | Nobody) => {
      if (exchange.closed) return;
      if ('outcome' in found) {
        new Copy(frame, place, operation, NOWHERE, request, exchange, call, seen).settle(
          found.outcome,
          found.cause === NONE ? call : found.cause,
        );
        return;
      }
      const copy = new Copy(frame, place, operation, found, request, exchange, call, seen);
      if (++sent === 1) copy.resend = look;
      copy.leave();
    };
    const look = () =>
      finder.find({ key: frame.key, variant: request.variant, cause: call }, (found) =>
        scope.whenRunning(() => go(found)),
      );
    look();
  }
  if (!finder && 'target' in destination)
    new Copy(frame, place, operation, destination.target(), request, exchange, call, seen).leave();
}
