/** What a program at a terminal did between two readings. */
export interface Reading {
  /** Writes, of which the program makes one for each frame. */
  readonly frames: number;
  readonly bytes: number;
  /** Milliseconds from each key to the frame that answers it. */
  readonly answers: readonly number[];
  /** Milliseconds of the wall clock, and of processor time on all threads. */
  readonly wall: number;
  readonly processor: number;
  /** Bytes at the end, after a collection: of the whole process, and of what its main thread holds on to. */
  readonly resident: number;
  readonly held: number;
}
