import type { Entities, Thing } from './entities.ts';
import type { Value } from './expression/value.ts';
import type { Frame } from './flow/frame.ts';
import type { Name, Recorder } from './recorder.ts';
import type { Fact } from './run.ts';

/** What every fact carries if its request has it. */
const CARRIED = ['amount', 'qty'];

/** Business facts in the order in which they became true. They outlive every crash. */
export class Ledger {
  readonly facts: Fact[] = [];
  readonly #log: Recorder;
  readonly #entities: Entities;

  constructor(log: Recorder, entities: Entities) {
    this.#log = log;
    this.#entities = entities;
  }

  /** Enters a fact of this instant and makes it the flow's last record. */
  enter(
    name: string,
    place: Name,
    thing: Thing | undefined,
    frame: Frame,
    own: Readonly<Record<string, Value>>,
  ): void {
    const { body } = frame.request;
    const entities: Record<string, string> = {};
    for (const sort of this.#entities.sorts()) {
      const id = body[sort];
      if (typeof id === 'string') entities[sort] = id;
    }
    if (thing) entities[thing.entity] = thing.name;
    const fields: Record<string, Value> = {};
    for (const field of CARRIED) {
      const value = body[field];
      if (value !== undefined) fields[field] = value;
    }
    Object.assign(fields, own);
    const record = this.#log.note(
      'fact',
      place,
      thing?.recorded,
      frame.cause,
      frame.span,
      this.facts.length,
      name,
    );
    frame.cause = record;
    this.facts.push({ record, at: frame.now, name, entities, fields });
  }
}
