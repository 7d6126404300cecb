import type { Flow } from '../flow/compile.ts';
import type { Frame } from '../flow/frame.ts';
import { type Sampler, sampler } from '../kernel/distribution.ts';
import type { Stream } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import type { Outcome } from '../outcome.ts';
import type { Name } from '../recorder.ts';
import type { Operation as Settings } from '../world/schema/operation.ts';

/** How requests of one operation are served: its own time, then its flow with what is put around it. */
export class Operation {
  readonly place: Name;
  readonly settings: Settings;
  readonly flow: Flow;
  /** Time of its own; null where it takes its service's. */
  readonly #ownWork: Sampler | null;
  readonly #stream: Stream;
  readonly #serve: (frame: Frame) => Process<Outcome>;

  constructor(flow: Flow, settings: Settings, stream: Stream, serve: (frame: Frame) => Process<Outcome>) {
    this.place = flow.place;
    this.flow = flow;
    this.settings = settings;
    this.#ownWork = settings.work ? sampler(settings.work) : null;
    this.#stream = stream;
    this.#serve = serve;
  }

  /** The time that a worker needs for this request, before anything stretches it. */
  work(frame: Frame, usual: Sampler): number {
    return (this.#ownWork ?? usual)(this.#stream.uniform(frame.key, frame.variant));
  }

  get hasOwnWork(): boolean {
    return this.#ownWork !== null;
  }

  /** Runs the flow. The outcome is the answer, unless a `reply` has sent one. */
  serve(frame: Frame): Process<Outcome> {
    return this.#serve(frame);
  }
}
