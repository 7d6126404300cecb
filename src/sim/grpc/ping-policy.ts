import { type Micros, seconds } from '../kernel/time.ts';
import { type GrpcServerSettings, grpcServer } from '../world/schema/grpc.ts';

/** A server bears two pings that come too soon, and ends the connection with the third. */
const MOST_STRIKES = 2;

/** With no call on the connection, and not permitted, one ping in so long is none too many. */
const WITHOUT_CALLS: Micros = seconds(7_200);

/** For who says nothing of it. */
const USUAL = grpcServer.parse({});

/** What a server makes of the pings on one connection (gRFC A8, as grpc-go's `handlePing`). */
export class PingPolicy {
  readonly #settings: GrpcServerSettings;
  #lastAt: Micros | null = null;
  #strikes = 0;
  #answered = false;

  constructor(settings: GrpcServerSettings | null) {
    this.#settings = settings ?? USUAL;
  }

  /** It has sent an answer: the next ping is welcome. */
  answers(): void {
    this.#answered = true;
  }

  /** A ping has come, while so many calls are in progress: whether the server bears it. */
  bears(now: Micros, calls: number): boolean {
    const { permitKeepAliveTime, permitKeepAliveWithoutCalls } = this.#settings;
    const least = calls === 0 && !permitKeepAliveWithoutCalls ? WITHOUT_CALLS : permitKeepAliveTime;
    if (this.#answered) this.#strikes = 0;
    else if (this.#lastAt !== null && now - this.#lastAt < least) this.#strikes++;
    this.#answered = false;
    this.#lastAt = now;
    return this.#strikes <= MOST_STRIKES;
  }
}
