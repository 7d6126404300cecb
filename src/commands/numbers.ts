import { UsageError } from '../problems.ts';

/** A whole number within bounds, both included; the option's own default where nothing was given. */
export function wholeNumber(
  given: string | undefined,
  name: string,
  least: number,
  most: number,
): number | undefined {
  if (given === undefined) return undefined;
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && value <= most) return value;
  throw new UsageError(`${name} is a whole number from ${least} to ${most}, not "${given}"`);
}

/** Reads `3/8`: the third of eight shards. */
export function shardOf(given: string): { readonly index: number; readonly of: number } {
  const match = /^(\d+)\/(\d+)$/.exec(given);
  const [index, of] = [Number(match?.[1]), Number(match?.[2])];
  if (match && index >= 1 && index <= of && of <= 10_000) return { index, of };
  throw new UsageError(`--shard is a part of a whole, such as 3/8, not "${given}"`);
}
