import type { Value } from '../expression/value.ts';
import type { Body } from '../flow/request.ts';
import type { Micros } from '../kernel/time.ts';
import { failed, type Outcome, type Success, success } from '../outcome.ts';
import { Name } from '../recorder.ts';
import type { Release } from '../service/release.ts';
import type { System } from '../system.ts';
import type { Adapter, Contract } from '../world/schema/contracts.ts';
import { FIRST_GENERATION, type Generation } from './generation.ts';
import { type Pairs, pairsOf } from './pairs.ts';
import { type Reading, read, write } from './reading.ts';
import { registryProblems } from './registry.ts';
import { misunderstood, ownWords } from './words.ts';

/** What a message or an answer was written as. */
export interface Written {
  readonly contract: string;
  readonly generation: Generation;
}

/** A reader could not read what it was sent: it never will. */
const UNREADABLE = failed('contract', 422);

/** Whose reading it is, for the record. */
interface Told {
  cause: number;
  readonly span: number;
  readonly subject: Name | undefined;
}

interface Agreement {
  readonly settings: Contract;
  readonly recorded: Name;
  readonly pairs: Pairs;
  /** What the registry has taken in, from the oldest to the newest. */
  readonly accepted: Generation[];
}

/** The contracts of a world: what each side speaks, whether the other can read it, and what may be deployed. */
export class Contracts {
  readonly #system: System;
  readonly #agreements = new Map<string, Agreement>();
  readonly #byOperation = new Map<string, string>();
  readonly #byMessage = new Map<string, string>();

  constructor(system: System, contracts: Readonly<Record<string, Contract>>) {
    this.#system = system;
    for (const [name, settings] of Object.entries(contracts)) {
      const pairs = pairsOf(settings);
      this.#agreements.set(name, {
        settings,
        recorded: new Name(name),
        pairs,
        accepted: [pairs.first],
      });
      if (settings.operation !== null) this.#byOperation.set(settings.operation, name);
      if (settings.channel !== null) this.#byMessage.set(`${settings.channel} ${name}`, name);
    }
  }

  /** An answer as its operation's contract writes it. */
  answered(operation: string, release: Release, outcome: Success): Success {
    const contract = this.#byOperation.get(operation);
    if (contract === undefined || !isBody(outcome.value)) return outcome;
    const [value, written] = this.#write(contract, release, outcome.value);
    const head = outcome.head ?? { cacheControl: null, bytes: null, notModified: false };
    return success(value, outcome.degraded, { ...head, written });
  }

  /** A message as its contract writes it; undefined where it has none. */
  published(
    channel: string,
    type: string | null,
    release: Release | undefined,
    body: Body,
  ): readonly [Body, Written] | undefined {
    const contract = this.#byMessage.get(`${channel} ${type}`);
    return contract === undefined || !release ? undefined : this.#write(contract, release, body);
  }

  /** What a reader makes of a body; a failure where it cannot read it. Both misfortunes are recorded. */
  read(written: Written, body: Body, release: Release, frame: Told, place: Name): Outcome {
    const reads = readsOf(release, written.contract);
    if (reads === undefined) return success(body); // it passes it on and does not look inside
    const reading = this.#reading(written, release, reads);
    const adapter = adapterOf(release, written.contract);
    const { body: result, misread, translated } = read(body, reading, adapter);
    const { log } = this.#system;
    const { recorded } = this.#of(written.contract);
    const pair = `${written.generation.name} read as ${speaks(release, written.contract)}`;
    const tell = (kind: 'unreadable' | 'misread', what: string) =>
      log.note(kind, place, frame.subject, frame.cause, frame.span, 0, `${pair}: ${what}`, recorded);
    if (translated.length > 0) {
      const { cause, span, subject } = frame;
      const took = adapter?.work ?? 0;
      frame.cause = log.note(
        'translated',
        place,
        subject,
        cause,
        span,
        took,
        translated.join('; '),
        recorded,
      );
    }
    if (typeof result === 'string') {
      frame.cause = tell('unreadable', result);
      return UNREADABLE;
    }
    const wrong = [...reading.misread, ...misread];
    if (wrong.length > 0) frame.cause = tell('misread', wrong.join('; '));
    return success(result);
  }

  /** The time that a reader takes to translate what it is sent; 0 where it does not. */
  translation(written: Written | undefined, release: Release): Micros {
    if (!written || readsOf(release, written.contract) === undefined) return 0;
    return adapterOf(release, written.contract)?.work ?? 0;
  }

  /** An answer as its caller reads it. */
  readAnswer(outcome: Outcome, release: Release, frame: Told, place: Name): Outcome {
    if (!outcome.ok || !outcome.head?.written || !isBody(outcome.value)) return outcome;
    const read = this.read(outcome.head.written, outcome.value, release, frame, place);
    return read.ok ? success(read.value, outcome.degraded, outcome.head) : read;
  }

  /** Why a version may not be deployed; null where it may. What the registry accepts it keeps. */
  refusal(service: string, release: Release): string | null {
    for (const [name, { settings, pairs, accepted }] of this.#agreements) {
      const candidate = pairs.generations.get(speaks(release, name));
      if (!candidate || !this.#touches(service, release, name)) continue;
      if (this.#writes(service, settings) && !accepted.includes(candidate)) {
        const found = registryProblems(settings.compatibility, candidate, accepted, pairs.problems);
        if (found.length > 0)
          return `${name} ${candidate.name} is not ${settings.compatibility}: ${found[0]}`;
      }
      if (settings.gate === 'style' && says(service, release, name, settings)) {
        const [first] = ownWords(candidate);
        if (first !== undefined) return `${name} ${candidate.name} has words of its own: ${first}`;
      }
      if (settings.gate === 'consumers') {
        const broken = this.#brokenReader(service, name, settings, candidate);
        if (broken !== null) return `${name} ${candidate.name}: ${broken}`;
      }
      if (this.#writes(service, settings) && !accepted.includes(candidate)) accepted.push(candidate);
    }
    return null;
  }

  /** A reader that is alive and could not read what would be written; in words. */
  #brokenReader(service: string, name: string, settings: Contract, candidate: Generation): string | null {
    if (!this.#writes(service, settings)) return null;
    for (const other of this.#system.services.values()) {
      for (const { release, up } of other.replicas) {
        const reads = up ? readsOf(release, name) : undefined;
        if (reads === undefined) continue;
        const reading = this.#reading({ contract: name, generation: candidate }, release, reads);
        const words = reading.concepts.flatMap(({ field }) =>
          misunderstood(candidate, field, adapterOf(release, name)),
        );
        const [first] = [...reading.problems, ...reading.misread, ...words];
        if (first !== undefined) return `${other.name} ${release.version} cannot read it (${first})`;
      }
    }
    return null;
  }

  #writes(service: string, { operation, channel }: Contract): boolean {
    return operation !== null ? operation.startsWith(`${service}.`) : channel !== null;
  }

  #touches(service: string, release: Release, contract: string): boolean {
    return this.#writes(service, this.#of(contract).settings) || readsOf(release, contract) !== undefined;
  }

  #write(contract: string, release: Release, body: Body): readonly [Body, Written] {
    const { generations, first } = this.#of(contract).pairs;
    const generation = generations.get(speaks(release, contract)) ?? first;
    const { entities } = this.#system;
    return [write(body, generation, (field) => entities.has(field)), { contract, generation }];
  }

  #reading({ contract, generation }: Written, release: Release, reads: readonly string[] | null): Reading {
    const { pairs } = this.#of(contract);
    const mine = pairs.generations.get(speaks(release, contract)) ?? generation;
    return pairs.reading(mine, generation, reads);
  }

  #of(contract: string): Agreement {
    const found = this.#agreements.get(contract);
    if (!found) throw new Error(`there is no contract ${contract}`);
    return found;
  }
}

/** The generation that a version speaks. */
const speaks = ({ settings }: Release, contract: string): string =>
  settings.speaks[contract] ?? FIRST_GENERATION;

/** The fields that a version reads of a contract; null: all; undefined: it does not say that it reads it. */
function readsOf({ settings }: Release, contract: string): readonly string[] | null | undefined {
  const reads = Object.hasOwn(settings.reads, contract) ? settings.reads[contract] : undefined;
  return reads === 'all' ? null : reads;
}

/** How a version translates what it reads of a contract; null: it does not. */
const adapterOf = ({ settings }: Release, contract: string): Adapter | null =>
  (Object.hasOwn(settings.adapters, contract) && settings.adapters[contract]) || null;

/** Whether a version tells others what the contract is about: a linter reads what is its own. */
function says(
  service: string,
  { settings: { operations } }: Release,
  contract: string,
  { operation, channel }: Contract,
): boolean {
  if (operation !== null) return operation.startsWith(`${service}.`);
  return Object.values(operations).some(({ steps }) =>
    Object.values(steps).some(({ fields }) => fields['publish'] === channel && fields['type'] === contract),
  );
}

const isBody = (value: Value): value is Record<string, Value> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
