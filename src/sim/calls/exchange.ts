import { Signal } from '../kernel/signal.ts';
import type { Simulation } from '../kernel/simulation.ts';
import type { Micros } from '../kernel/time.ts';
import type { Outcome } from '../outcome.ts';
import type { Name } from '../recorder.ts';

/** An answer as it reached its caller. */
export interface Answer {
  readonly outcome: Outcome;
  /** The record that sent it. */
  readonly cause: number;
}

/** One attempt as its caller sees it: sent, perhaps answered, perhaps given up. */
export class Exchange {
  readonly answered: Signal<Answer>;
  readonly callee: Name;
  /** The record of the call, which is its span. */
  call: number;
  readonly sentAt: Micros;
  /** When the caller will stop waiting. */
  readonly expires: Micros;
  /** The caller waits no more: it gave up, or is dead. */
  closed = false;
  /** Its process is dead: nobody is left to see a late answer. */
  dead = false;
  /** Copies on their way (hedging): only the last bad answer counts. */
  copies = 1;
  /** Its caller wants no answer any more, and says so. */
  takenBack = false;
  /** Told when the caller waits no more: a sidecar then breaks its own attempts off. */
  left: (() => void) | undefined = undefined;

  constructor(sim: Simulation, callee: Name, call: number, sentAt: Micros, expires: Micros) {
    this.answered = new Signal<Answer>(sim);
    this.callee = callee;
    this.call = call;
    this.sentAt = sentAt;
    this.expires = expires;
  }

  get wanted(): boolean {
    return !this.closed && !this.answered.settled;
  }

  /** An answer has reached the caller: the first good one counts, or the last bad one. */
  settle(answer: Answer): void {
    this.copies--;
    if (answer.outcome.ok || this.copies <= 0) this.answered.resolve(answer);
  }

  /** Its caller takes it back, unless the answer has come: this is how it ended for him. */
  takeBack(answer: Answer): void {
    if (this.answered.settled) return;
    this.takenBack = true;
    this.answered.resolve(answer);
  }

  /** The caller has its answer, has given up, or has died; then `alive` is false. */
  close(alive: boolean): void {
    if (this.closed) return;
    this.closed = true;
    this.dead = !alive;
    this.left?.();
  }
}
