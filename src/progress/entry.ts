/** Version of the lines below; a file with a higher one is left alone. */
export const PROGRESS_FORMAT = 1;

/** What the learner expected before anything ran. */
interface PredictionEntry {
  readonly answer: string;
  /** 1: a guess, 2: fairly sure, 3: certain. */
  readonly confidence: 1 | 2 | 3;
  /** Null where the run could not tell. */
  readonly right: boolean | null;
}

interface Common {
  /** Unique among all machines, so that merging is a union of sets. */
  readonly id: string;
  /** When it was written, in ISO 8601, UTC. */
  readonly at: string;
  /** The exercise's permanent id, such as EX-703. */
  readonly exercise: string;
}

/** One run of one design on one seed. */
export interface AttemptEntry extends Common {
  readonly type: 'attempt';
  /** Hash of the exercise as it was. */
  readonly hash: string;
  readonly choices: Readonly<Record<string, string>>;
  readonly seed: string;
  readonly outcome: string;
  /** Ids of the checks that did not hold. */
  readonly broke: readonly string[];
  readonly prediction: PredictionEntry | null;
  /** Faults that the learner injected. */
  readonly injected: number;
}

/** One design, run on hidden seeds. */
export interface GradeEntry extends Common {
  readonly type: 'grade';
  readonly hash: string;
  readonly choices: Readonly<Record<string, string>>;
  readonly seeds: number;
  readonly held: number;
  /** 0 to 3. */
  readonly stars: number;
}

/** A hint that was read. */
interface HintEntry extends Common {
  readonly type: 'hint';
  /** From 1 to 3. */
  readonly rung: number;
}

/** An answer to the question after a run: why did that happen? */
interface AnswerEntry extends Common {
  readonly type: 'answer';
  readonly right: boolean;
}

/** Where the learner was, to go on from there. */
export interface PlaceEntry extends Common {
  readonly type: 'place';
  readonly step: string;
  readonly choices: Readonly<Record<string, string>>;
  /** The event of the practice run that was looked at. */
  readonly record?: number | undefined;
}

/** Everything about the exercise up to this moment no longer counts. */
interface ResetEntry extends Common {
  readonly type: 'reset';
}

/** One line of the progress file. */
export type Entry = AttemptEntry | GradeEntry | HintEntry | AnswerEntry | PlaceEntry | ResetEntry;

/** An entry before it has been given an id and a time. */
export type NewEntry = {
  [T in Entry['type']]: Omit<Extract<Entry, { type: T }>, 'id' | 'at'>;
}[Entry['type']];

type Fields = Readonly<Record<string, unknown>>;

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 500 && !/[\u0000-\u001f\u007f-\u009f]/.test(value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.length <= 100 && value.every(isText);
const isChoices = (value: unknown): boolean =>
  isFields(value) && Object.keys(value).length <= 100 && Object.entries(value).flat().every(isText);

function isPrediction(value: unknown): boolean {
  if (value === null) return true;
  if (!isFields(value)) return false;
  const { answer, confidence, right } = value;
  return (
    isText(answer) &&
    [1, 2, 3].includes(confidence as number) &&
    (right === null || typeof right === 'boolean')
  );
}

const shapes: Readonly<Record<Entry['type'], Readonly<Record<string, (value: unknown) => boolean>>>> = {
  attempt: {
    hash: isText,
    choices: isChoices,
    seed: isText,
    outcome: isText,
    broke: isTexts,
    prediction: isPrediction,
    injected: isCount,
  },
  grade: {
    hash: isText,
    choices: isChoices,
    seeds: isCount,
    held: isCount,
    stars: (value) => isCount(value) && value <= 3,
  },
  hint: { rung: (value) => isCount(value) && value >= 1 && value <= 3 },
  answer: { right: (value) => typeof value === 'boolean' },
  place: { step: isText, choices: isChoices, record: (value) => value === undefined || isCount(value) },
  reset: {},
};

/**
 * Reads one entry out of data that anyone may have written; undefined where it is none.
 *
 * Only known fields are kept, and no text may hold a control character: an imported file is another person's.
 */
export function readEntry(data: unknown): Entry | undefined {
  if (!isFields(data)) return undefined;
  const { type, id, at, exercise } = data;
  if (typeof type !== 'string' || !Object.hasOwn(shapes, type)) return undefined;
  if (!isText(id) || id === '' || !isText(at) || Number.isNaN(Date.parse(at)) || !isText(exercise))
    return undefined;
  const shape = Object.entries(shapes[type as Entry['type']]);
  if (!shape.every(([field, fits]) => fits(data[field]))) return undefined;
  const own = Object.fromEntries(shape.map(([field]) => [field, data[field]]));
  return { type, id, at, exercise, ...own } as unknown as Entry; // every field has just been tested
}
