import type { Handle } from '../../kernel/simulation.ts';
import type { Clock } from './clock.ts';

/** How far a redrive has come. */
export interface MoveTaskStatus {
  readonly TaskHandle: string;
  readonly Status: 'RUNNING' | 'COMPLETED' | 'CANCELLED';
  readonly SourceArn: string;
  readonly DestinationArn: string | null;
  readonly ApproximateNumberOfMessagesMoved: number;
}

/** StartMessageMoveTask at work: moves one message after the other until none is left that can be had. */
export class MoveTask {
  readonly #clock: Clock;
  readonly #what: Pick<MoveTaskStatus, 'TaskHandle' | 'SourceArn' | 'DestinationArn'>;
  readonly #interval: number;
  readonly #move: () => boolean;
  #moved = 0;
  #status: MoveTaskStatus['Status'] = 'RUNNING';
  #next: Handle | null = null;

  /** `move` moves one message, and says whether there was one. */
  constructor(
    clock: Clock,
    what: Pick<MoveTaskStatus, 'TaskHandle' | 'SourceArn' | 'DestinationArn'>,
    perSecond: number,
    move: () => boolean,
  ) {
    this.#clock = clock;
    this.#what = what;
    this.#interval = Math.round(1_000_000 / perSecond);
    this.#move = move;
    this.#step();
  }

  get status(): MoveTaskStatus {
    return { ...this.#what, Status: this.#status, ApproximateNumberOfMessagesMoved: this.#moved };
  }

  /** What was moved stays moved. */
  cancel(): void {
    if (this.#next !== null) this.#clock.cancel(this.#next);
    this.#status = 'CANCELLED';
  }

  #step(): void {
    this.#next = this.#clock.after(this.#interval, () => {
      this.#next = null;
      if (!this.#move()) {
        this.#status = 'COMPLETED';
        return;
      }
      this.#moved++;
      this.#step();
    });
  }
}
