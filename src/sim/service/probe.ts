import type { Incoming } from '../calls/send.ts';
import { REQUEST } from '../flow/request.ts';
import { mix } from '../kernel/luck.ts';
import { type Micros, seconds } from '../kernel/time.ts';
import type { Outcome } from '../outcome.ts';
import { NONE } from '../recorder.ts';
import type { System } from '../system.ts';
import type { ProbeSettings } from '../world/schema/pod.ts';
import type { Replica } from './replica.ts';

/** What a probe has come to: a streak of successes or failures, and the record of the last failure. */
export interface Streak {
  readonly good: boolean;
  /** How many in a row. */
  readonly length: number;
  readonly cause: number;
}

/** A question that the node of an instance asks it at an interval, from its start to its end. */
export class Probe {
  readonly settings: ProbeSettings;
  readonly #system: System;
  readonly #replica: Replica;
  readonly #what: 'startup' | 'readiness' | 'liveness';
  readonly #told: (streak: Streak) => void;
  #streak = 0;
  #good = true;
  #asked = 0;
  #over = false;

  constructor(
    system: System,
    replica: Replica,
    what: 'startup' | 'readiness' | 'liveness',
    settings: ProbeSettings,
    told: (streak: Streak) => void,
  ) {
    this.#system = system;
    this.#replica = replica;
    this.#what = what;
    this.settings = settings;
    this.#told = told;
  }

  /** Asks for the first time after a while. */
  begin(after: Micros): void {
    this.#system.sim.after(after, () => this.#ask());
  }

  end(): void {
    this.#over = true;
  }

  #ask(): void {
    if (this.#over) return;
    const { sim } = this.#system;
    sim.after(seconds(this.settings.periodSeconds), () => this.#ask());
    const replica = this.#replica;
    if (!replica.listening) {
      this.#conclude('nobody listens', NONE);
      return;
    }
    const { httpGet, timeoutSeconds } = this.settings;
    const operation = httpGet === null ? undefined : replica.operation(httpGet);
    if (!operation) {
      this.#conclude(null, NONE);
      return;
    }
    let waits = true;
    const conclude = (why: string | null, cause: number) => {
      if (!waits) return;
      waits = false;
      sim.cancel(timer);
      this.#conclude(why, cause);
    };
    const timer = sim.after(seconds(timeoutSeconds), () => conclude('timeout', NONE));
    const incoming: Incoming = {
      request: { ...REQUEST, variant: mix(replica.name.hash, ++this.#asked) },
      operation: operation.place,
      cause: NONE,
      expires: sim.now + seconds(timeoutSeconds),
      wanted: () => waits,
      answer: (outcome: Outcome, cause: number) =>
        conclude(outcome.ok ? null : outcome.failure.reason, cause),
    };
    replica.take(incoming, operation, 'normal');
  }

  /** A question has been answered; `why`: what was wrong, null where nothing was. */
  #conclude(why: string | null, cause: number): void {
    if (this.#over) return;
    const good = why === null;
    this.#streak = good === this.#good ? this.#streak + 1 : 1;
    this.#good = good;
    const { log } = this.#system;
    const record = good
      ? cause
      : log.note(
          'probeFailed',
          this.#replica.name,
          undefined,
          cause,
          NONE,
          this.#streak,
          `${this.#what}: ${why}`,
        );
    this.#told({ good, length: this.#streak, cause: record });
  }
}
