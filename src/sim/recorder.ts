import { hashText } from './kernel/luck.ts';
import { EventRecord } from './kernel/record.ts';
import type { Simulation } from './kernel/simulation.ts';
import { KIND, type Kind } from './kinds.ts';

/** No record, no name: what stands in a column that is not used. */
export const NONE = -1;

/** A text that the record will name often: its number is looked up once, at its first use. */
export class Name {
  readonly text: string;
  /** For the recorder: the number under which the record knows the text, once it does. */
  number = NONE;

  #hash: number | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Stands for the text in keys of draws. */
  get hash(): number {
    this.#hash ??= hashText(this.text);
    return this.#hash;
  }
}

/** Writes what happens, when it happens, into the record of a run. */
export class Recorder {
  readonly record = new EventRecord();
  readonly #sim: Simulation;

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  /** Adds a record of this moment and returns its index, which later records name as their cause. */
  note(
    kind: Kind,
    place: Name,
    subject: Name | undefined,
    cause: number,
    span: number,
    value = 0,
    detail?: string,
    peer?: Name,
  ): number {
    const { record } = this;
    return record.append(
      this.#sim.now,
      KIND[kind],
      this.#number(place),
      peer === undefined ? NONE : this.#number(peer),
      subject === undefined ? NONE : this.#number(subject),
      cause,
      span,
      value,
      detail === undefined ? NONE : record.names.intern(detail),
    );
  }

  #number(name: Name): number {
    if (name.number === NONE) name.number = this.record.names.intern(name.text);
    return name.number;
  }
}
