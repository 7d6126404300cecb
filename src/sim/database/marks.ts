import type { Micros } from '../kernel/time.ts';
import type { Outcome } from '../outcome.ts';

interface Mark {
  readonly at: Micros;
  /** False while the first request is in progress and has had no effect. */
  readonly done: boolean;
  /** What was answered; null where a crash came between the effect and the answer. */
  readonly answer: Outcome | null;
  /** A hash of what the request contained; 0 where nobody keeps it. */
  readonly content: number;
}

/** An in-progress mark of a crashed request is taken to be dead after this. */
const BUSY_LEASE: Micros = 10_000_000;

/** Keys that an idempotent receiver has seen, with the answers it gave. */
export class Marks {
  readonly #now: () => Micros;
  readonly #marks = new Map<string, Mark>();

  constructor(now: () => Micros) {
    this.#now = now;
  }

  get size(): number {
    return this.#marks.size;
  }

  /** What is known of a key; undefined where it is new, or its mark is older than `keep`. */
  find(key: string, keep: Micros | null): Mark | undefined {
    const mark = this.#marks.get(key);
    if (!mark) return undefined;
    const age = this.#now() - mark.at;
    if ((keep !== null && age >= keep) || (!mark.done && age >= BUSY_LEASE)) {
      this.#marks.delete(key);
      return undefined;
    }
    return mark;
  }

  /** A request of this key has begun. */
  busy(key: string, content = 0): void {
    this.#marks.set(key, { at: this.#now(), done: false, answer: null, content });
  }

  /** The effect of a request of this key is true. The oldest mark gives way where there is no room for more than `size`. */
  done(key: string, answer: Outcome | null, size = Number.POSITIVE_INFINITY, content = 0): void {
    this.#marks.delete(key);
    this.#marks.set(key, { at: this.#now(), done: true, answer, content });
    if (this.#marks.size <= size) return;
    const oldest = this.#marks.keys().next().value;
    if (oldest !== undefined) this.#marks.delete(oldest);
  }

  forget(key: string): void {
    this.#marks.delete(key);
  }

  clear(): void {
    this.#marks.clear();
  }
}
