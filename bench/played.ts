/** One run of an exercise: its size, and milliseconds of processor time for each step. */
export interface Lap {
  /** Virtual time. */
  readonly seconds: number;
  readonly events: number;
  readonly records: number;
  readonly simulate: number;
  readonly judge: number;
  readonly beats: number;
}

/** What `exercise.ts` prints. */
export interface Played {
  readonly first: Lap;
  /** The median of the later half. */
  readonly later: Lap;
}
