/** A publish whose publisher is waiting for its confirm. */
export class Confirm {
  #open: number;
  readonly #tell: (accepted: boolean) => void;

  /** `queues`: how many must accept it; with none it is accepted at once. */
  constructor(queues: number, tell: (accepted: boolean) => void) {
    this.#open = queues;
    this.#tell = tell;
    if (queues === 0) tell(true);
  }

  /** One queue has it. */
  accept(): void {
    if (this.#open > 0 && --this.#open === 0) this.#tell(true);
  }

  /** One queue does not take it, which is enough to fail, though others may keep theirs. */
  refuse(): void {
    if (this.#open <= 0) return;
    this.#open = 0;
    this.#tell(false);
  }
}
