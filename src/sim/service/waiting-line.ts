import { meanOf } from '../kernel/distribution.ts';
import type { Micros } from '../kernel/time.ts';
import type { Job } from './job.ts';
import type { Release } from './release.ts';

type Settings = Release['settings'];

/** Requests that wait for a worker of one replica. */
export class WaitingLine {
  readonly #jobs: Job[] = [];

  get length(): number {
    return this.#jobs.length;
  }

  push(job: Job): void {
    this.#jobs.push(job);
  }

  /** The next one, of which there must be one: by priority, then by the queue's discipline. */
  take({ settings, prioritized }: Release): Job {
    const lifo = settings.queue.discipline === 'lifo';
    const jobs = this.#jobs;
    let at = lifo ? jobs.length - 1 : 0;
    if (prioritized) {
      const step = lifo ? -1 : 1;
      for (let i = at; i >= 0 && i < jobs.length; i += step) {
        if ((jobs[i] as Job).priority > (jobs[at] as Job).priority) at = i;
      }
    }
    if (at === 0) return jobs.shift() as Job; // callers check that one waits
    return jobs.splice(at, 1)[0] as Job; // `at` is within bounds
  }

  /** Takes one out whose turn has not come; whether it was there. */
  remove(job: Job): boolean {
    const at = this.#jobs.indexOf(job);
    if (at >= 0) this.#jobs.splice(at, 1);
    return at >= 0;
  }

  /** Sends everybody away, and tells who that was. */
  clear(): Job[] {
    return this.#jobs.splice(0);
  }
}

/** How many may wait: for all alike, by operation, or by urgency; null where there is no limit. */
export function limitFor(
  limit: Settings['queue']['limit'],
  operation: string,
  urgency: string,
): number | null {
  return limit === null || typeof limit === 'number' ? limit : (limit[operation] ?? limit[urgency] ?? null);
}

/** Why a request whose turn has come is not worth a worker any more; null where it is. */
export function dropReason(
  { incoming, operation }: Job,
  { queue: { drop }, work }: Settings,
  now: Micros,
): string | null {
  if (drop === 'none') return null;
  const end = Math.min(incoming.expires, incoming.request.deadline);
  if (now >= end) return 'expired';
  if (drop === 'expired') return null;
  return now + meanOf(operation.settings.work ?? work) > end ? 'hopeless' : null;
}
