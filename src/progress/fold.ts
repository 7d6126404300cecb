import type { AttemptEntry, Entry, GradeEntry, PlaceEntry } from './entry.ts';

/** What is known about one learner and one exercise. */
export interface ExerciseProgress {
  readonly exercise: string;
  readonly tries: number;
  /** Whether some try held on its seed. */
  readonly held: boolean;
  /** Best result over hidden seeds: 0 where none passed. */
  readonly stars: number;
  /** Hints read, 0 to 3. */
  readonly hints: number;
  /** Graded designs that did not hold everywhere, since the last that did. */
  readonly failedGrades: number;
  readonly explained: boolean;
  readonly best: GradeEntry | undefined;
  readonly place: PlaceEntry | undefined;
  /** When something was last written about it. */
  readonly last: string;
}

const byTime = (a: Entry, b: Entry): number =>
  a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0;

/** The union of several sets of entries, in the order of time: the same whatever order they come in. */
export function union(...sets: readonly (readonly Entry[])[]): Entry[] {
  const all = new Map<string, Entry>();
  for (const set of sets) for (const entry of set) if (!all.has(entry.id)) all.set(entry.id, entry);
  return [...all.values()].sort(byTime);
}

/** Drops what no longer says anything: what a reset covers, and all but the latest place of each exercise. */
export function compacted(entries: readonly Entry[]): Entry[] {
  const resets = new Map<string, string>();
  const places = new Map<string, string>();
  const ordered = union(entries);
  for (const { type, exercise, at, id } of ordered) {
    if (type === 'reset') resets.set(exercise, at);
    if (type === 'place') places.set(exercise, id);
  }
  return ordered.filter(({ type, exercise, at, id }) => {
    const reset = resets.get(exercise);
    if (type === 'reset') return at === reset;
    if (reset !== undefined && at <= reset) return false;
    return type !== 'place' || places.get(exercise) === id;
  });
}

/** What the entries amount to, exercise by exercise; one that was reset and not touched since is left out. */
export function fold(entries: readonly Entry[]): ReadonlyMap<string, ExerciseProgress> {
  const groups = new Map<string, Entry[]>();
  for (const entry of compacted(entries)) {
    if (entry.type === 'reset') continue;
    const group = groups.get(entry.exercise);
    if (group) group.push(entry);
    else groups.set(entry.exercise, [entry]);
  }
  return new Map([...groups].map(([exercise, group]) => [exercise, summarise(exercise, group)]));
}

function summarise(exercise: string, entries: readonly Entry[]): ExerciseProgress {
  const of = <T extends Entry['type']>(type: T) =>
    entries.filter((entry): entry is Extract<Entry, { type: T }> => entry.type === type);
  const attempts = of('attempt');
  const grades = of('grade');
  const best = grades.reduce<GradeEntry | undefined>(
    (top, grade) => (top && better(top, grade) ? top : grade),
    undefined,
  );
  const lastPass = grades.findLastIndex(({ stars }) => stars > 0);
  return {
    exercise,
    tries: attempts.length,
    held: attempts.some(({ outcome }) => outcome === 'held'),
    stars: best?.stars ?? 0,
    hints: Math.max(0, ...of('hint').map(({ rung }) => rung)),
    failedGrades: grades.length - 1 - lastPass,
    explained: of('answer').some(({ right }) => right),
    best,
    place: of('place').at(-1),
    last: entries.at(-1)?.at ?? '',
  };
}

function better(a: GradeEntry, b: GradeEntry): boolean {
  if (a.stars !== b.stars) return a.stars > b.stars;
  return a.held * b.seeds > b.held * a.seeds;
}

/** Every scored prediction, oldest first. */
export function predictions(entries: readonly Entry[]): readonly AttemptEntry[] {
  return compacted(entries).filter(
    (entry): entry is AttemptEntry =>
      entry.type === 'attempt' && entry.prediction !== null && entry.prediction.right !== null,
  );
}

/** The exercise in which something was written last, and where in it. */
export function lastPlace(entries: readonly Entry[]): PlaceEntry | undefined {
  return compacted(entries).findLast((entry): entry is PlaceEntry => entry.type === 'place');
}
