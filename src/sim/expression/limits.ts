/** How large an expression may be. Exceeding a limit is a problem that names it. */
export const LIMITS = {
  /** Characters of source. */
  text: 400,
  /** Brackets, calls and choices inside one another. */
  depth: 40,
  /** Units of one evaluation; a unit is one part of the expression looked at once more by a loop. */
  cost: 10_000,
} as const;
