/** Where expressions of a flow find what they may name; results of steps follow. */
export const SLOT = {
  request: 0,
  message: 1,
  row: 2,
  each: 3,
  index: 4,
  attempt: 5,
  now: 6,
  parent: 7,
  args: 8,
} as const;

export const FIRST_STEP = Object.keys(SLOT).length;
