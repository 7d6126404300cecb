import type { Generation } from '../generation.ts';

/** What a format's own library decides of two generations of a contract. */
export interface Format {
  /** Throws, in the library's words, where a generation cannot be written in this format. */
  readonly check: (generation: Generation) => void;
  /** Whether a reader of one generation can read whatever a writer of another may write. */
  readonly canRead: (reader: Generation, writer: Generation) => boolean;
  /** Whether the values of an enumeration are part of the type, so that a reader of text cannot read it. */
  readonly closedEnums: boolean;
}
