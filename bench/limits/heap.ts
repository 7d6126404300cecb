/**
 * The plainest fast event queue: a 4-ary heap over three typed arrays, of a fixed size, with no cancelling.
 *
 * `next` takes the root and leaves a hole there. The first `push` after it fills the hole, so an event that
 * causes one other costs one way through the heap instead of two.
 */
export class Heap {
  /** The time and the payload that `next` took. */
  time = 0;
  payload = 0;

  readonly #times: Float64Array;
  readonly #orders: Float64Array;
  readonly #payloads: Int32Array;
  #size = 0;
  #order = 0;
  #hollow = false;

  constructor(capacity: number) {
    this.#times = new Float64Array(capacity);
    this.#orders = new Float64Array(capacity);
    this.#payloads = new Int32Array(capacity);
  }

  /** Takes the earliest entry; false if there is none. */
  next(): boolean {
    if (this.#hollow) {
      this.#hollow = false;
      const last = --this.#size;
      if (last > 0) this.#sink(this.#times[last]!, this.#orders[last]!, this.#payloads[last]!);
    }
    if (this.#size === 0) return false;
    this.time = this.#times[0]!;
    this.payload = this.#payloads[0]!;
    this.#hollow = true;
    return true;
  }

  /** Adds an entry; of two with the same time the one added first comes first. */
  push(time: number, payload: number): void {
    const order = this.#order++;
    if (this.#hollow) {
      this.#hollow = false;
      this.#sink(time, order, payload);
      return;
    }
    const times = this.#times;
    const orders = this.#orders;
    const payloads = this.#payloads;
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 2;
      if (times[parent]! <= time) break; // a later entry of the same time stays behind
      times[at] = times[parent]!;
      orders[at] = orders[parent]!;
      payloads[at] = payloads[parent]!;
      at = parent;
    }
    times[at] = time;
    orders[at] = order;
    payloads[at] = payload;
  }

  #sink(time: number, order: number, payload: number): void {
    const times = this.#times;
    const orders = this.#orders;
    const payloads = this.#payloads;
    const size = this.#size;
    let at = 0;
    for (let child = 1; child < size; child = 4 * at + 1) {
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
      payloads[at] = payloads[least]!;
      at = least;
    }
    times[at] = time;
    orders[at] = order;
    payloads[at] = payload;
  }
}
