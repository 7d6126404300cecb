import { type Amount, exponential, type Outcome, streams, UNIT } from '../workloads.ts';
import { Heap } from './heap.ts';

/** A, without a kernel: takes the earliest entry and puts it back an exponential time later. */
export function holdLimit({ n, pending }: Amount): Outcome {
  const heap = new Heap(pending + 1);
  const draws = new Int32Array(pending);
  const { service } = streams();
  for (let id = 0; id < pending; id++) heap.push(exponential(UNIT, service.uniform(id, draws[id]!++)), id);
  for (let done = 0; done < n && heap.next(); done++) {
    const id = heap.payload;
    heap.push(heap.time + exponential(UNIT, service.uniform(id, draws[id]!++)), id);
  }
  return { events: n, check: heap.time / UNIT, theory: n / pending };
}
