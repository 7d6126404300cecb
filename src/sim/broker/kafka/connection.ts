import type { Micros } from '../../kernel/time.ts';
import type { Clock } from './clock.ts';
import type { Host, Wire } from './wire.ts';

/** What a connection leads to. */
export interface Server {
  readonly host: Host;
  readonly up: boolean;
  /** Connections that are open, so that they can be reset. */
  readonly connections: Set<Connection>;
}

/** Why a request was not answered. */
export type Unanswered = 'disconnected' | 'timeout';

/** Answers a request; `mute` holds up the connection for a while after it, as a quota does. */
export type Respond<A> = (answer: A, bytes: number, mute?: Micros) => void;

interface Request {
  /** Runs at the server. */
  readonly serve: (respond: Respond<unknown>) => void;
  readonly done: ((answer: unknown, failed: null) => void) | null;
  readonly failed: ((why: Unanswered) => void) | null;
  readonly timer: number | null;
  state: 'underway' | 'arrived' | 'lost';
}

interface Reply {
  readonly request: Request;
  readonly answer: unknown;
  state: 'underway' | 'arrived' | 'lost';
}

/** The wait of a client whose request has no limit of its own. */
const REQUEST_BYTES = 64;

/**
 * One TCP connection of a client to a broker: requests arrive in the order of sending, and a broker handles one at a time.
 *
 * A broker reads the next request only when the one before it is answered; a request that is not to be answered holds
 * nobody up. After a timeout the client closes the connection, and with it fail all requests that are under way.
 */
export class Connection {
  readonly #clock: Clock;
  /** The client's. */
  readonly #timers: Clock;
  readonly #wire: Wire;
  readonly #client: Host;
  readonly #server: Server;
  /** Sent and not yet begun, in order. */
  #inbox: Request[] = [];
  /** Answered and not yet received, in order. */
  #outbox: Reply[] = [];
  /** Requests whose client waits. */
  #waiting = new Set<Request>();
  #serving: Request | null = null;
  #mutedUntil: Micros = 0;
  /** For a client that only tells, and so learns of the connection's end in no other way. */
  #closed: (() => void) | null = null;

  constructor(clock: Clock, wire: Wire, client: Host, server: Server) {
    this.#clock = clock;
    this.#timers = client.clock ?? clock;
    this.#wire = wire;
    this.#client = client;
    this.#server = server;
  }

  /** Requests that wait for their answer. */
  get inFlight(): number {
    return this.#waiting.size;
  }

  /** Asks the server; exactly one of `done` and `failed` is called. */
  request<A>(
    bytes: number,
    timeout: Micros,
    serve: (respond: Respond<A>) => void,
    done: (answer: A) => void,
    failed: (why: Unanswered) => void,
  ): void {
    const request: Request = {
      serve: serve as Request['serve'], // it is answered with what `done` takes
      done: done as Request['done'],
      failed,
      timer: this.#timers.timeout(timeout, () => this.#timedOut(request)),
      state: 'underway',
    };
    this.#waiting.add(request);
    this.#send(request, bytes);
  }

  /** Tells the server something; nobody learns whether it arrived, but `closed` is told if the connection ends. */
  tell(bytes: number, serve: () => void, closed: (() => void) | null = null): void {
    this.#closed = closed;
    this.#send({ serve, done: null, failed: null, timer: null, state: 'underway' }, bytes);
  }

  /** The server is gone: its kernel, or what is left of it, says so to the client. */
  reset(): void {
    const closed = this.#closed;
    const lost = this.#close();
    if (lost.length === 0 && closed === null) return;
    const tell = (): void => {
      closed?.();
      for (const request of lost) request.failed?.('disconnected');
    };
    const timers = lost.map(({ timer }) => timer);
    this.#wire.send(
      this.#server.host,
      this.#client,
      REQUEST_BYTES,
      () => {
        for (const timer of timers) if (timer !== null) this.#timers.cancel(timer);
        tell();
      },
      () => {}, // the client's own timeout tells it
    );
  }

  /** The client closes its end, at once. */
  close(): void {
    for (const request of this.#close()) this.#stop(request);
  }

  #send(request: Request, bytes: number): void {
    this.#server.connections.add(this);
    this.#inbox.push(request);
    this.#wire.send(
      this.#client,
      this.#server.host,
      bytes + REQUEST_BYTES,
      () => {
        if (request.state !== 'underway') return;
        request.state = 'arrived';
        this.#serveNext();
      },
      (how) => {
        if (request.state !== 'underway') return;
        request.state = 'lost';
        if (how === 'refused') this.#fail();
        else this.#serveNext();
      },
    );
  }

  #serveNext(): void {
    while (this.#serving === null) {
      const request = this.#inbox[0];
      if (!request || request.state === 'underway') return;
      if (request.state === 'lost') {
        this.#inbox.shift();
        continue;
      }
      if (!this.#server.up) {
        this.reset();
        return;
      }
      const { now } = this.#clock;
      if (this.#mutedUntil > now) {
        this.#clock.after(this.#mutedUntil - now, () => this.#serveNext());
        return;
      }
      this.#inbox.shift();
      if (request.done === null) {
        request.serve(() => {});
        continue;
      }
      this.#serving = request;
      request.serve((answer, bytes, mute = 0) => this.#answer(request, answer, bytes, mute));
    }
  }

  #answer(request: Request, answer: unknown, bytes: number, mute: Micros): void {
    if (this.#serving !== request) return; // the connection was closed meanwhile
    this.#serving = null;
    if (mute > 0) this.#mutedUntil = this.#clock.now + mute;
    const reply: Reply = { request, answer, state: 'underway' };
    this.#outbox.push(reply);
    this.#wire.send(
      this.#server.host,
      this.#client,
      bytes + REQUEST_BYTES,
      () => {
        reply.state = 'arrived';
        this.#receive();
      },
      () => {
        reply.state = 'lost';
        this.#receive();
      },
    );
    this.#serveNext();
  }

  #receive(): void {
    while (this.#outbox.length > 0 && this.#outbox[0]!.state !== 'underway') {
      const { request, answer, state } = this.#outbox.shift()!; // there is one
      if (state === 'lost' || !this.#waiting.delete(request)) continue;
      this.#stop(request);
      request.done?.(answer, null);
    }
  }

  /** The way is refused: all that is under way fails, and the client knows. */
  #fail(): void {
    const closed = this.#closed;
    for (const request of this.#close()) {
      this.#stop(request);
      request.failed?.('disconnected');
    }
    closed?.();
  }

  #timedOut(late: Request): void {
    if (!this.#waiting.has(late)) {
      late.failed?.('timeout'); // it was reset, but that news was lost
      return;
    }
    const closed = this.#closed;
    for (const request of this.#close()) {
      if (request !== late) this.#stop(request);
      request.failed?.(request === late ? 'timeout' : 'disconnected');
    }
    closed?.();
  }

  /** Forgets everything; returns what the client still waits for. What the server has begun, it ends. */
  #close(): Request[] {
    const waiting = [...this.#waiting];
    this.#waiting = new Set();
    for (const request of this.#inbox) request.state = 'lost';
    this.#inbox = [];
    this.#outbox = [];
    this.#serving = null;
    this.#closed = null;
    this.#server.connections.delete(this);
    return waiting;
  }

  #stop({ timer }: Request): void {
    if (timer !== null) this.#timers.cancel(timer);
  }
}
