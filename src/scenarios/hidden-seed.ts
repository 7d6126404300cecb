/** The text of hidden seed number `n`, from 1. */
export const hiddenSeed = (n: number): string => `g${n}`;
