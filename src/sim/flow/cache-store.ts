import { Marks } from '../database/marks.ts';
import { Documents } from '../graphql/documents.ts';
import type { Signal } from '../kernel/signal.ts';
import type { Micros } from '../kernel/time.ts';
import type { Outcome, Success } from '../outcome.ts';
import type { Frame } from './frame.ts';
import type { Lifetime } from './remember.ts';

interface Entry {
  readonly at: Micros;
  readonly answer: Success;
  readonly lifetime: Lifetime;
}

/** What one process remembers in its own memory. A crash empties it. */
export class CacheStore {
  readonly marks: Marks;
  readonly documents = new Documents();
  /** Faults that are told of each request that has to ask for what is not remembered, or no longer fresh. */
  readonly misses: ((name: string, frame: Frame) => void)[] = [];
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

  /** Forgets what begins so, and says what that was. */
  flush(prefix: string): string[] {
    const names = this.#named(prefix);
    for (const name of names) this.#entries.delete(name);
    return names;
  }

  /** Lets what begins so be past its time from now on, and says what that was. It may still be given out stale. */
  age(prefix: string, now: Micros): string[] {
    const names = this.#named(prefix);
    for (const name of names) {
      const entry = this.#entries.get(name) as Entry; // it is one of the names
      this.#entries.set(name, { ...entry, at: Math.min(entry.at, now - entry.lifetime.fresh) });
    }
    return names;
  }

  #named(prefix: string): string[] {
    return [...this.#entries.keys()].filter((name) => name.startsWith(prefix));
  }

  clear(): void {
    this.marks.clear();
    this.documents.clear();
    this.#entries.clear();
    this.#loading.clear();
  }
}
