/** How often something was tried, and how often it failed. */
export interface Tally {
  readonly requests: number;
  readonly failures: number;
}

/**
 * Fisher's exact test, one-sided: how likely `one` would have at least as many of all failures as it has if they fell on
 * requests by chance. Exact for few requests and few failures, where a comparison of rates by their standard error is not.
 *
 * In plain arithmetic: each term of the hypergeometric distribution is a multiple of its neighbour.
 */
export function chanceOfBeingWorse(one: Tally, other: Tally): number {
  const drawn = one.requests;
  const failures = one.failures + other.failures;
  const spared = other.requests - failures; // as many of the other's requests did well when `one` has no failure
  const ratio = (k: number) => ((failures - k) * (drawn - k)) / ((k + 1) * (spared + k + 1));
  const least = Math.max(0, -spared);
  const most = Math.min(drawn, failures);
  let atLeast = 1;
  for (let k = one.failures, term = 1; k < most && term > 0; k++) {
    term *= ratio(k);
    atLeast += term;
  }
  let fewer = 0;
  for (let k = one.failures, term = 1; k > least && term > 0; k--) {
    term /= ratio(k - 1);
    fewer += term;
  }
  return atLeast / (atLeast + fewer);
}
