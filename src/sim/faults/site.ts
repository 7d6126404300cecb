import type { Stream } from '../kernel/luck.ts';
import { type Micros, NEVER } from '../kernel/time.ts';
import { Name, NONE } from '../recorder.ts';
import type { FaultReport } from '../run.ts';
import type { System } from '../system.ts';
import type { FaultDocument } from './fault.ts';

/** One fault of one run: when it may strike, how often it has, and what it was given to strike at. */
export class FaultSite {
  readonly system: System;
  readonly id: string;
  readonly target: string;
  readonly from: Micros;
  readonly to: Micros;
  readonly #kind: string;
  readonly #document: FaultDocument;
  readonly #stream: Stream;
  readonly #name: Name;
  #chances = 0;
  #fired = 0;
  #first: Micros | null = null;
  #last: Micros | null = null;

  constructor(system: System, id: string, document: FaultDocument, from: Micros, to: Micros) {
    this.system = system;
    this.id = id;
    this.target = document.target;
    this.from = from;
    this.to = to;
    this.#kind = document.kind;
    this.#document = document;
    this.#stream = system.luck.stream(`fault/${id}`);
    this.#name = new Name(document.target);
  }

  get active(): boolean {
    const { now } = this.system.sim;
    return now >= this.from && now < this.to;
  }

  /** Takes one chance to strike: by its probability or its list of occurrences, for whoever the key names. */
  strikes(key: number, variant: number, n = 0): boolean {
    if (!this.active) return false;
    const { p, nth } = this.#document.settings;
    this.#chances++;
    if (nth) return nth.includes(this.#chances);
    return p > 0 && this.#stream.chance(p, key, variant, n);
  }

  /** A number from 0 to 1 of the fault's own luck. */
  draw(key: number, variant: number, n = 1): number {
    return this.#stream.uniform(key, variant, n);
  }

  /** The fault has changed what happens: returns the record that says so. */
  hit(subject: Name | undefined, cause: number, span: number): number {
    const { now } = this.system.sim;
    this.#fired++;
    this.#first ??= now;
    this.#last = now;
    return this.system.log.note('fault', this.#name, subject, cause, span, this.#fired, this.id);
  }

  /** As `hit`, for faults that change no single request. */
  strike(): number {
    return this.hit(undefined, NONE, NONE);
  }

  /** For faults that change a state: switches it on when the fault begins, and off when it is over. */
  switches(change: (on: boolean, cause: number) => void): void {
    const { sim } = this.system;
    sim.at(Math.max(this.from, sim.now), () => {
      if (!this.strikes(0, 0)) return;
      const cause = this.strike();
      change(true, cause);
      if (this.to !== NEVER) sim.at(Math.max(this.to, sim.now), () => change(false, cause));
    });
  }

  report(): FaultReport {
    return {
      id: this.id,
      kind: this.#kind,
      target: this.target,
      fired: this.#fired,
      first: this.#first,
      last: this.#last,
      idleAllowed: this.#document.settings.idle === 'allowed',
      from: this.from,
      to: this.to,
    };
  }
}
