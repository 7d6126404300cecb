import { type Amount, exponential, type Outcome, mm1 as settings, streams, UNIT } from '../workloads.ts';
import { Heap } from './heap.ts';

const ARRIVAL = 0;
const DEPARTURE = 1;
/** Customers that fit the waiting room; a power of two. At load 0.8 not a tenth of it is ever in use. */
const ROOM = 4096;

/** B, without a kernel: two kinds of events and a ring of arrival times. */
export function mm1Limit({ n }: Amount): Outcome {
  const heap = new Heap(4);
  const came = new Float64Array(ROOM);
  const { arrival, service } = streams();
  let arrived = 0;
  let served = 0;
  let waited = 0;
  heap.push(exponential(settings.gap, arrival.uniform(0)), ARRIVAL);
  while (heap.next()) {
    const now = heap.time;
    if (heap.payload === ARRIVAL) {
      came[arrived & (ROOM - 1)] = now;
      if (arrived === served)
        heap.push(now + exponential(settings.service, service.uniform(served)), DEPARTURE);
      if (++arrived < n) heap.push(now + exponential(settings.gap, arrival.uniform(arrived)), ARRIVAL);
    } else if (++served < arrived) {
      waited += now - came[served & (ROOM - 1)]!;
      heap.push(now + exponential(settings.service, service.uniform(served)), DEPARTURE);
    }
  }
  return { events: 2 * n, check: waited / n / UNIT, theory: settings.theory };
}
