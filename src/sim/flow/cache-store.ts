import { Marks } from '../database/marks.ts';
import type { Signal } from '../kernel/signal.ts';
import type { Micros } from '../kernel/time.ts';
import type { Outcome, Success } from '../outcome.ts';
import type { Lifetime } from './remember.ts';

interface Entry {
  readonly at: Micros;
  readonly answer: Success;
  readonly lifetime: Lifetime;
}

/** What one process remembers in its own memory. A crash empties it. */
export class CacheStore {
  readonly marks: Marks;
  readonly #entries = new Map<string, Entry>();
  readonly #loading = new Map<string, Signal<Outcome | null>>();

  constructor(now: () => Micros) {
    this.marks = new Marks(now);
  }

  find(key: string): Entry | undefined {
    return this.#entries.get(key);
  }

  fill(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
  }

  /** The load of this key that is under way, for those who want to share it; null if it was ended before it had an outcome. */
  loading(key: string): Signal<Outcome | null> | undefined {
    return this.#loading.get(key);
  }

  begin(key: string, signal: Signal<Outcome | null>): void {
    this.#loading.set(key, signal);
  }

  end(key: string): void {
    this.#loading.delete(key);
  }

  clear(): void {
    this.marks.clear();
    this.#entries.clear();
    this.#loading.clear();
  }
}
