import { Line } from './line.ts';
import { Pause } from './pause.ts';
import type { Process } from './process.ts';
import type { Simulation } from './simulation.ts';
import type { Micros } from './time.ts';

/** Items in order of arrival, each for one taker; takers are served first come, first served. */
export class Mailbox<T> {
  readonly #sim: Simulation;
  readonly #takers = new Line<Pause<T>>();
  #items: T[] = [];
  /** Items before this index were taken; they are dropped together, which makes a take cheap. */
  #start = 0;

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  /** Items that nobody has taken. */
  get size(): number {
    return this.#items.length - this.#start;
  }

  /** Puts an item at the end, or gives it to the first who waits. */
  put(item: T): void {
    if (!this.#hand(item)) this.#items.push(item);
  }

  /** Waits for an item. If the taker is killed before it goes on, the item is the first in line again. */
  take(): Process<T> {
    return new Pause<T>(this.#sim, this);
  }

  /** Waits for an item, but no longer than `delay`; undefined if there was none by then. */
  takeUpTo(delay: Micros): Process<T | undefined> {
    return new Pause<T>(this.#sim, this, delay);
  }

  /** Takes all items at once. */
  drain(): T[] {
    const items = this.#items.slice(this.#start);
    this.#items = [];
    this.#start = 0;
    return items;
  }

  #hand(item: T): boolean {
    const taker = this.#takers.shift();
    if (taker === undefined) return false;
    taker.given = item;
    taker.wake();
    return true;
  }

  #shift(): T {
    const item = this.#items[this.#start] as T; // the caller has seen that there is one
    this.#items[this.#start++] = undefined as T; // so that a taken item is not kept alive
    if (this.#start * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#start);
      this.#start = 0;
    }
    return item;
  }

  /** For `Pause`. Nobody waits while there are items, so a newcomer overtakes nobody. */
  begin(pause: Pause<T>): boolean {
    if (this.size === 0) {
      this.#takers.push(pause);
      return false;
    }
    pause.given = this.#shift();
    return true;
  }

  /** For `Pause`. */
  collect(pause: Pause<T>): T {
    return pause.given as T; // undefined if it expired, which only `takeUpTo` can
  }

  /** For `Pause`. */
  abandon(pause: Pause<T>): void {
    if (!pause.woken) this.#takers.remove(pause);
    else if (!this.#hand(pause.given as T)) this.#items.splice(this.#start, 0, pause.given as T); // `put` gave it
  }
}
