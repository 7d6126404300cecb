import type { Handle } from '../../kernel/simulation.ts';
import { type Micros, seconds } from '../../kernel/time.ts';
import type { Clock } from './clock.ts';

/** A long poll that has found nothing yet. */
interface Poll<T> {
  readonly request: T;
  readonly over: () => void;
  timer: Handle;
}

/** Long polls that wait for a message, in the order in which they came. */
export class Polls<T> {
  readonly #clock: Clock;
  readonly #waiting = new Set<Poll<T>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get first(): T | undefined {
    for (const { request } of this.#waiting) return request;
    return undefined;
  }

  /** Waits; `over` is called if the time is up before the poll is taken out. Gives what takes it out. */
  wait(request: T, wait: number, over: () => void): () => void {
    const time: Micros = seconds(wait);
    const poll: Poll<T> = { request, over, timer: 0 };
    poll.timer = this.#clock.timeout(time, () => {
      this.#waiting.delete(poll);
      over();
    });
    this.#waiting.add(poll);
    return () => {
      if (this.#waiting.delete(poll)) this.#clock.cancel(poll.timer);
    };
  }

  /** Takes the first one out: it is answered. */
  take(): void {
    for (const poll of this.#waiting) {
      this.#waiting.delete(poll);
      this.#clock.cancel(poll.timer);
      return;
    }
  }
}
