import type { Host } from './flow/host.ts';
import type { Micros } from './kernel/time.ts';
import type { Name } from './recorder.ts';

/** What sets a wall clock wrong. */
export interface ClockTrouble {
  /** How far a workload's clock runs ahead by it; below 0: behind. */
  offset(host: Host): Micros;
  /** It has changed what happens: the record that says so. */
  hit(subject: Name | undefined, cause: number, span: number): number;
}

/** The wall clocks of workloads: all show true time, unless a fault has set them. Timeouts and work go by other clocks. */
export class Clocks {
  readonly troubles: ClockTrouble[] = [];

  /** How far a workload's clock runs ahead. */
  skewOf(host: Host): Micros {
    return this.troubles.reduce((skew, trouble) => skew + trouble.offset(host), 0);
  }

  /** A workload was misled by its clock: the record of each fault that had set it, after `cause`. */
  mislead(host: Host, subject: Name | undefined, cause: number): number {
    let led = cause;
    for (const trouble of this.troubles)
      if (trouble.offset(host) !== 0) led = trouble.hit(subject, led, cause);
    return led;
  }
}
