import {
  type Amount,
  exponential,
  MOST_IN_FLIGHT,
  type Outcome,
  PATIENCE,
  rpc,
  streams,
  UNIT,
} from '../workloads.ts';
import { Heap } from './heap.ts';

/** Payloads of the heap that are no request's row. */
const SOURCE = -1;
const TIMER = -2;
const LAST_STAGE = 3 * rpc.hops - 1;
const FIRST_REPLY = 2 * rpc.hops;

/** Timeouts of one length: a ring of deadlines, of which only the first that still counts is in the heap. */
class Timeouts {
  readonly #mask = MOST_IN_FLIGHT * 8 - 1;
  readonly #deadlines = new Float64Array(this.#mask + 1);
  readonly #cancelled = new Uint8Array(this.#mask + 1);
  #front = 0;
  #back = 0;
  #armed = false;

  set(heap: Heap): number {
    const timeout = this.#back++ & this.#mask;
    this.#deadlines[timeout] = heap.time + PATIENCE;
    this.#cancelled[timeout] = 0;
    if (!this.#armed) this.arm(heap);
    return timeout;
  }

  cancel(timeout: number): void {
    this.#cancelled[timeout] = 1;
    while (this.#front < this.#back && this.#cancelled[this.#front & this.#mask]) this.#front++;
  }

  /** Puts the first deadline into the heap. */
  arm(heap: Heap): void {
    this.#armed = this.#front < this.#back;
    if (this.#armed) heap.push(this.#deadlines[this.#front & this.#mask]!, TIMER);
  }
}

/**
 * C, and C' if `guarded`, without a kernel: each request is a row of a table that says how far it is.
 *
 * Stage 2k: it reached server k. Stage 2k + 1: server k did its work. From 10 on: a reply, the innermost first.
 */
function chain(n: number, guarded: boolean): Outcome {
  const { arrival, service, network } = streams();
  const heap = new Heap(MOST_IN_FLIGHT + 2);
  const timeouts = new Timeouts();
  const guards = new Int32Array(MOST_IN_FLIGHT * rpc.hops);
  const stages = new Uint8Array(MOST_IN_FLIGHT);
  const ids = new Int32Array(MOST_IN_FLIGHT);
  const came = new Float64Array(MOST_IN_FLIGHT);
  const free = Int32Array.from({ length: MOST_IN_FLIGHT }, (_, row) => row);
  let freeCount = MOST_IN_FLIGHT;
  const lines = new Int32Array(rpc.hops * MOST_IN_FLIGHT); // each server's ring: the row at work, then who waits
  const heads = new Int32Array(rpc.hops);
  const lengths = new Int32Array(rpc.hops);
  let arrived = 0;
  let events = 0;
  let latency = 0;

  /** Sends a request on to a server, guarded if need be. */
  function call(row: number, hop: number): void {
    if (guarded) guards[row * rpc.hops + hop] = timeouts.set(heap);
    stages[row] = 2 * hop;
    heap.push(heap.time + exponential(rpc.network, network.uniform(ids[row]!, hop, 0)), row);
  }

  function work(row: number, hop: number): void {
    stages[row] = 2 * hop + 1;
    heap.push(heap.time + exponential(rpc.service, service.uniform(ids[row]!, hop)), row);
  }

  function reply(row: number, hop: number): void {
    stages[row] = LAST_STAGE - hop;
    heap.push(heap.time + exponential(rpc.network, network.uniform(ids[row]!, hop, 1)), row);
  }

  heap.push(exponential(rpc.gap, arrival.uniform(0)), SOURCE);
  while (events < (3 * rpc.hops + 1) * n && heap.next()) {
    const row = heap.payload;
    if (row === TIMER) {
      timeouts.arm(heap);
      continue;
    }
    events++;
    if (row === SOURCE) {
      const fresh = free[--freeCount]!;
      ids[fresh] = arrived;
      came[fresh] = heap.time;
      call(fresh, 0);
      if (++arrived < n) heap.push(heap.time + exponential(rpc.gap, arrival.uniform(arrived)), SOURCE);
      continue;
    }
    const stage = stages[row]!;
    if (stage >= FIRST_REPLY) {
      const hop = LAST_STAGE - stage;
      if (guarded) timeouts.cancel(guards[row * rpc.hops + hop]!);
      if (hop > 0) {
        reply(row, hop - 1);
      } else {
        latency += heap.time - came[row]!;
        free[freeCount++] = row;
      }
      continue;
    }
    const hop = stage >> 1;
    const ring = hop * MOST_IN_FLIGHT;
    if ((stage & 1) === 0) {
      lines[ring + ((heads[hop]! + lengths[hop]!++) & (MOST_IN_FLIGHT - 1))] = row;
      if (lengths[hop] === 1) work(row, hop);
    } else {
      heads[hop] = heads[hop]! + 1;
      if (--lengths[hop]! > 0) work(lines[ring + (heads[hop]! & (MOST_IN_FLIGHT - 1))]!, hop);
      if (hop + 1 < rpc.hops) call(row, hop + 1);
      else reply(row, hop);
    }
  }
  return { events, check: latency / n / UNIT, theory: rpc.theory };
}

/** C, without a kernel. */
export const rpcLimit = ({ n }: Amount): Outcome => chain(n, false);

/** C', without a kernel: its timeouts are in one lane, as the kernel's are. */
export const rpctLimit = ({ n }: Amount): Outcome => chain(n, true);
