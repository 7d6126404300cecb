import type { Choices } from '../scenarios/choose.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { ENGINE_VERSION, type Intervention } from '../sim/run.ts';
import { letterOf, readSymbols, writeSymbols } from './base32.ts';
import { type Correction, withChecks, withoutChecks } from './checksum.ts';
import { readInterventions } from './intervention.ts';
import { Packer, UnpackError, Unpacker } from './packing.ts';
import { commandFor } from './releases.ts';

/** How the rest of a code is packed. The first symbol says it. */
const PACKING = 1;

/** Symbols that a person can still be asked to type. */
const LONGEST = 80;

/** A run, and a place in it: all that is needed to see the same again. */
export interface Moment {
  readonly choices: Choices;
  readonly seed: string;
  /** The index of a record; null: the beginning. */
  readonly position: number | null;
  readonly interventions: readonly Intervention[];
}

/** A code, or why there is none; then a replay file holds what a code cannot. */
export type CodeWriting =
  | { readonly ok: true; readonly code: string }
  | { readonly ok: false; readonly reason: string };

/** What a code stands for, or what keeps it from being replayed here, and what to do about it. */
export type CodeReading =
  | { readonly ok: true; readonly exercise: Exercise; readonly moment: Moment }
  | {
      readonly ok: false;
      readonly why: 'misspelt' | 'newer-packing' | 'other-engine' | 'unknown-exercise' | 'changed-exercise';
      readonly message: string;
      readonly fix: string;
    };

/** An exercise that a code may be about: it is read if the code is. */
export interface Unread {
  readonly id: string;
  read(): Exercise;
}

type Refusal = Extract<CodeReading, { ok: false }>;

const SEED = { practice: 0, hidden: 1, number: 2, text: 3 } as const;

/** FNV-1a over the characters of an id, cut to 20 bits. */
function idHash(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 20)) & 0xfffff;
}

/** The first 30 bits of the scenario's hash. */
const scenarioHash = ({ hash }: Exercise): number => Number.parseInt(hash.slice(0, 8), 16) >>> 2;

const practiceSeed = (exercise: Exercise): string => String(exercise.seeds.practice);

const isCanonical = (digits: string) => digits === '0' || /^[1-9]\d{0,14}$/.test(digits);

function packSeed(packer: Packer, exercise: Exercise, seed: string): void {
  if (seed === practiceSeed(exercise)) packer.number(SEED.practice);
  else if (seed.startsWith('g') && isCanonical(seed.slice(1))) {
    packer.number(SEED.hidden);
    packer.number(Number(seed.slice(1)));
  } else if (isCanonical(seed)) {
    packer.number(SEED.number);
    packer.number(Number(seed));
  } else {
    packer.number(SEED.text);
    packer.bytes(new TextEncoder().encode(seed));
  }
}

function unpackSeed(unpacker: Unpacker, exercise: Exercise): string {
  switch (unpacker.number()) {
    case SEED.practice:
      return practiceSeed(exercise);
    case SEED.hidden:
      return `g${unpacker.number()}`;
    case SEED.number:
      return String(unpacker.number());
    case SEED.text:
      return new TextDecoder().decode(unpacker.bytes());
    default:
      throw new UnpackError('its seed is of no kind that is known here');
  }
}

/** Writes a moment as a code that can be read aloud, such as `1104K-7ZQ2M-8D5RT-0VX`. */
export function writeCode(exercise: Exercise, moment: Moment): CodeWriting {
  if (/\p{Surrogate}/u.test(moment.seed))
    return { ok: false, reason: 'the seed is no text that can be written' };
  const packer = new Packer();
  packer.fixed(PACKING, 1);
  packer.number(ENGINE_VERSION);
  packer.fixed(idHash(exercise.id), 4);
  packer.fixed(scenarioHash(exercise), 6);
  for (const { id, options } of exercise.decide) {
    packer.number(options.findIndex((option) => option.id === moment.choices[id]) + 1);
  }
  packSeed(packer, exercise, moment.seed);
  packer.number(moment.position === null ? 0 : moment.position + 1);
  if (moment.interventions.length === 0) packer.number(0);
  else packer.bytes(new TextEncoder().encode(JSON.stringify(moment.interventions)));

  const symbols = withChecks(packer.symbols);
  if (symbols.length > LONGEST) {
    const cause = moment.interventions.length > 0 ? 'the interventions' : 'the seed';
    return {
      ok: false,
      reason: `${cause} would make a code of ${symbols.length} letters: save a replay file instead`,
    };
  }
  return { ok: true, code: writeSymbols(symbols) };
}

const ORDINALS: ReadonlyMap<number, string> = new Map([
  [1, 'st'],
  [2, 'nd'],
  [3, 'rd'],
]);

/** `1st`, `2nd`, `11th`. */
const ordinal = (n: number) =>
  `${n}${(n % 100 > 10 && n % 100 < 14 ? undefined : ORDINALS.get(n % 10)) ?? 'th'}`;

function misspelt(symbols: readonly number[], corrections: readonly Correction[]): Refusal {
  const candidates = corrections.map(({ place, value }) => {
    const found = letterOf(symbols[place] as number);
    return `the ${ordinal(place + 1)} letter, ${found}, should be ${letterOf(value)}`;
  });
  return {
    ok: false,
    why: 'misspelt',
    message: 'a letter of this code is wrong',
    fix:
      candidates.length === 0
        ? 'compare it with the original; more than one letter differs'
        : `compare it with the original: if only one is wrong, ${candidates.join(', or ')}`,
  };
}

/** Reads a code. `exercises` are those it may be about: the built-in ones, and any file at hand. */
export function readCode(code: string, exercises: readonly (Exercise | Unread)[]): CodeReading {
  const symbols = readSymbols(code);
  if ('found' in symbols) {
    const { symbol, found } = symbols;
    return {
      ok: false,
      why: 'misspelt',
      message: `the ${ordinal(symbol)} letter of this code is ${JSON.stringify(found)}, which codes do not use`,
      fix: 'codes are written in digits and letters without I, L, O and U',
    };
  }
  if (symbols.length < 4) return misspelt(symbols, []);
  const plain = withoutChecks(symbols);
  if (!Array.isArray(plain))
    return misspelt(symbols, (plain as { readonly corrections: Correction[] }).corrections);
  try {
    return unpack(new Unpacker(plain as number[]), code, exercises);
  } catch (error) {
    if (!(error instanceof UnpackError || error instanceof SyntaxError)) throw error;
    return {
      ok: false,
      why: 'misspelt',
      message: `this is no complete code: ${error.message}`,
      fix: 'copy all of it',
    };
  }
}

function unpack(unpacker: Unpacker, code: string, exercises: readonly (Exercise | Unread)[]): CodeReading {
  const packing = unpacker.fixed(1);
  if (packing > PACKING) {
    return {
      ok: false,
      why: 'newer-packing',
      message: `this code was written by a newer brownout (code format ${packing}; this one reads up to ${PACKING})`,
      fix: `npx brownout@latest replay ${code}`,
    };
  }
  const engine = unpacker.number();
  const id = unpacker.fixed(4);
  const hash = unpacker.fixed(6);
  const found = exercises.find((candidate) => idHash(candidate.id) === id);
  if (engine !== ENGINE_VERSION) {
    return {
      ok: false,
      why: 'other-engine',
      message: `this code was made with engine ${engine}; this is engine ${ENGINE_VERSION}, where the same seed may run differently`,
      fix: commandFor(engine, code),
    };
  }
  if (!found) {
    return {
      ok: false,
      why: 'unknown-exercise',
      message: 'this code is about an exercise that is not here',
      fix: 'name the exercise’s file beside the code, or ask for a replay file, which carries the exercise with it',
    };
  }
  const exercise = 'read' in found ? found.read() : found;
  if (scenarioHash(exercise) !== hash) {
    return {
      ok: false,
      why: 'changed-exercise',
      message: `${exercise.id} (${exercise.title}) has changed since this code was made, so it would show something else`,
      fix: 'use the version of the exercise that made the code, or ask for a replay file, which carries it',
    };
  }
  return { ok: true, exercise, moment: unpackMoment(unpacker, exercise) };
}

function unpackMoment(unpacker: Unpacker, exercise: Exercise): Moment {
  const choices: Record<string, string> = {};
  for (const { id, options } of exercise.decide) {
    const chosen = unpacker.number();
    if (chosen === 0) continue;
    const option = options[chosen - 1];
    if (!option) throw new UnpackError(`${id} has no option number ${chosen}`);
    choices[id] = option.id;
  }
  const seed = unpackSeed(unpacker, exercise);
  const position = unpacker.number();
  const bytes = unpacker.bytes();
  if (unpacker.rest > 0) throw new UnpackError('there is something after its end');
  const interventions =
    bytes.length === 0 ? [] : readInterventions(JSON.parse(new TextDecoder().decode(bytes)));
  if (!interventions) throw new UnpackError('its interventions are not of a kind that is known here');
  return { choices, seed, position: position === 0 ? null : position - 1, interventions };
}
