import { type Micros, NEVER } from './time.ts';

const FIRST_CAPACITY = 64;

/**
 * Slots in order of (time, order): an implicit heap with four children to a node, over typed arrays.
 *
 * Taking the root leaves a hole there, and the next push fills it: an event that causes one other, as most do,
 * costs one way through the heap instead of two.
 */
export class Heap {
  #times = new Float64Array(FIRST_CAPACITY);
  #orders = new Float64Array(FIRST_CAPACITY);
  #slots = new Int32Array(FIRST_CAPACITY);
  #size = 0;
  /** The root was taken and not replaced yet. */
  #hollow = false;

  /** Entries, and the hole if there is one. */
  get size(): number {
    return this.#size;
  }

  /** The time of the first entry, or later than any if there is none. */
  firstTime(): Micros {
    if (this.#hollow) this.#fill();
    return this.#size === 0 ? NEVER : this.#times[0]!;
  }

  /** Takes the first entry. `firstTime` has said that there is one. */
  take(): number {
    this.#hollow = true;
    return this.#slots[0]!;
  }

  /** Adds an entry. */
  push(time: Micros, order: number, slot: number): void {
    if (this.#hollow) {
      this.#hollow = false;
      this.#siftDown(0, time, order, slot);
      return;
    }
    if (this.#size === this.#times.length) this.#grow();
    const times = this.#times;
    const orders = this.#orders;
    const slots = this.#slots;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const parentTime = times[parent]!;
      if (parentTime < time || (parentTime === time && orders[parent]! < order)) break;
      times[at] = parentTime;
      orders[at] = orders[parent]!;
      slots[at] = slots[parent]!;
      at = parent;
    }
    times[at] = time;
    orders[at] = order;
    slots[at] = slot;
  }

  /** Puts the last entry where the root was. */
  #fill(): void {
    this.#hollow = false;
    const last = --this.#size;
    if (last > 0) this.#siftDown(0, this.#times[last]!, this.#orders[last]!, this.#slots[last]!);
  }

  /** Places an entry at `at` or below, moving smaller ones up. */
  #siftDown(at: number, time: Micros, order: number, slot: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const slots = this.#slots;
    const size = this.#size;
    let child = 4 * at + 1;
    while (child < size) {
      const end = Math.min(child + 4, size);
      let least = child;
      let leastTime = times[child]!;
      for (let other = child + 1; other < end; other++) {
        const otherTime = times[other]!;
        if (otherTime < leastTime || (otherTime === leastTime && orders[other]! < orders[least]!)) {
          least = other;
          leastTime = otherTime;
        }
      }
      if (time < leastTime || (time === leastTime && order < orders[least]!)) break;
      times[at] = leastTime;
      orders[at] = orders[least]!;
      slots[at] = slots[least]!;
      at = least;
      child = 4 * at + 1;
    }
    times[at] = time;
    orders[at] = order;
    slots[at] = slot;
  }

  /** Drops the entries that `keep` refuses, and puts the rest in order again. */
  retain(keep: (slot: number) => boolean): void {
    if (this.#hollow) this.#fill();
    let kept = 0;
    for (let at = 0; at < this.#size; at++) {
      if (!keep(this.#slots[at]!)) continue;
      this.#times[kept] = this.#times[at]!;
      this.#orders[kept] = this.#orders[at]!;
      this.#slots[kept++] = this.#slots[at]!;
    }
    this.#size = kept;
    for (let at = (kept - 2) >> 2; at >= 0; at--) {
      this.#siftDown(at, this.#times[at]!, this.#orders[at]!, this.#slots[at]!);
    }
  }

  #grow(): void {
    this.#times = longer(this.#times, new Float64Array(this.#times.length * 2));
    this.#orders = longer(this.#orders, new Float64Array(this.#orders.length * 2));
    this.#slots = longer(this.#slots, new Int32Array(this.#slots.length * 2));
  }
}

function longer<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
