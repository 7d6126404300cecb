import type { Exercise } from '../exercise.ts';
import type { Job, JobAnswer, Observation } from '../grade-job.ts';
import type { Crew } from '../grade-pool.ts';
import type { Design } from '../grade-seed.ts';
import type { ProveAsk } from './report.ts';

/** Seeds in one job: small, so that threads share the end of the work fairly. */
const BLOCK = 5;

/** What is asked of each run beyond its result. */
type Asked = Pick<Job, 'sees' | 'why'>;

/** Runs designs once each, whoever asks for them. */
export class Bench {
  readonly exercise: Exercise;
  readonly seeds: readonly string[];
  runs = 0;
  events = 0;
  #wanted = 0;
  readonly #crew: Crew;
  readonly #ask: ProveAsk;
  readonly #known = new Map<string, Promise<JobAnswer>>();

  constructor(exercise: Exercise, crew: Crew, seeds: readonly string[], ask: ProveAsk) {
    this.exercise = exercise;
    this.seeds = seeds;
    this.#crew = crew;
    this.#ask = ask;
  }

  /** What a design shows in every seed, in order. What is asked and `seeds` belong to the question. */
  observe(design: Design, asked: Asked = {}, seeds: readonly string[] = this.seeds): Promise<JobAnswer> {
    const key = JSON.stringify([design, asked, seeds]);
    const known = this.#known.get(key) ?? this.#run(design, asked, seeds);
    this.#known.set(key, known);
    return known;
  }

  async #run(design: Design, asked: Asked, seeds: readonly string[]): Promise<JobAnswer> {
    this.#wanted += seeds.length;
    const jobs: Job[] = [];
    for (let at = 0; at < seeds.length; at += BLOCK)
      jobs.push({ design, ...asked, seeds: seeds.slice(at, at + BLOCK) });
    if (!this.#ask.earlyExit) return (await Promise.all(jobs.map((job) => this.#perform(job)))).flat();
    const seen: Observation[] = [];
    for (const job of jobs) {
      seen.push(...(await this.#perform(job)));
      if (isMixed(seen)) break;
    }
    return seen;
  }

  async #perform(job: Job): Promise<JobAnswer> {
    this.#ask.signal?.throwIfAborted();
    const answer = await this.#crew.perform(this.exercise, job);
    this.#ask.signal?.throwIfAborted();
    this.runs += answer.length;
    for (const { result } of answer) this.events += result.events;
    this.#ask.onProgress?.(this.runs, this.#wanted);
    return answer;
  }
}

/** Seeds that disagree already tell that a claim about all of them is wrong. */
function isMixed(seen: readonly Observation[]): boolean {
  const held = seen.filter(({ result }) => result.outcome === 'held').length;
  return held > 0 && held < seen.length;
}
