import type { Client } from './client.ts';
import type { Broker } from './cluster/broker.ts';
import { NO_LEADER } from './cluster/metadata.ts';
import type { Respond } from './connection.ts';
import type { ErrorCode } from './errors.ts';

const LOST: ReadonlySet<string> = new Set<ErrorCode>([
  'NOT_COORDINATOR',
  'COORDINATOR_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'REQUEST_TIMED_OUT',
]);

/** A client's way to a coordinator: finds it, keeps to it, and looks for the new one when it has moved. */
export class CoordinatorLink {
  readonly #client: Client;
  /** Asks a broker who the coordinator is. */
  readonly #find: (broker: Broker) => number;
  #coordinator = NO_LEADER;
  #waiting: (() => void)[] = [];
  #searching = false;
  #next: number;

  constructor(client: Client, find: (broker: Broker) => number) {
    this.#client = client;
    this.#find = find;
    this.#next = Math.floor(client.draw() * client.cluster.brokers.size);
  }

  get known(): boolean {
    return this.#coordinator !== NO_LEADER;
  }

  /** Asks the coordinator, once it is known. That it is gone is an error like any other. */
  ask<A>(
    bytes: number,
    serve: (broker: Broker, respond: Respond<A>) => void,
    errorOf: (answer: A) => string | null,
    done: (answer: A) => void,
    failed: (error: ErrorCode) => void,
    timeout?: number,
  ): void {
    this.#found(() =>
      this.#client.ask<A>(
        this.#coordinator,
        'coordinator-',
        bytes,
        serve,
        (answer) => {
          if (LOST.has(errorOf(answer) ?? '')) this.lost();
          done(answer);
        },
        (error) => {
          this.lost();
          failed(error);
        },
        timeout,
      ),
    );
  }

  /** The coordinator is not where it was. */
  lost(): void {
    this.#coordinator = NO_LEADER;
  }

  #found(then: () => void): void {
    if (this.known) then();
    else {
      this.#waiting.push(then);
      if (!this.#searching) this.#search(1);
    }
  }

  #search(attempt: number): void {
    this.#searching = true;
    const ids = [...this.#client.cluster.brokers.keys()];
    const again = (): void => {
      this.#next++;
      this.#client.later(this.#client.backoff(attempt), () => this.#search(attempt + 1));
    };
    this.#client.ask<number>(
      ids[this.#next % ids.length]!, // there is at least one broker
      '',
      32,
      (broker, respond) => respond(this.#find(broker), 32),
      (id) => {
        if (id === NO_LEADER) {
          again();
          return;
        }
        this.#coordinator = id;
        this.#searching = false;
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const then of waiting) then();
      },
      again,
    );
  }
}
