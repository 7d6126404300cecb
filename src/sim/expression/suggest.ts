/**
 * The candidate a person most likely meant, or nothing if none is near.
 *
 * Near is one slip in three letters, at most three: a missing, extra, wrong or swapped letter each.
 * Upper and lower case are one letter. Of equally near candidates the first wins.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  return fewestSlips(word, candidates, Math.min(3, Math.max(1, Math.ceil(word.length / 3))));
}

/**
 * The candidate that a word is a misspelling of: one slip away, or two where both have five letters or more.
 *
 * For the names of expressions, which are short and alike: `paid` is not a slip for `pay`.
 */
export function close(word: string, candidates: Iterable<string>): string | undefined {
  const long = (text: string) => text.length >= 5;
  const all = [...candidates];
  return fewestSlips(word, all, 1) ?? (long(word) ? fewestSlips(word, all.filter(long), 2) : undefined);
}

const MOST_LISTED = 12;

/** The names that are valid in a place, as a message lists them: about a dozen, and how many more there are. */
export function listed(names: Iterable<string>): string {
  const all = [...names];
  // "And 1 more" would take as much room as the one.
  if (all.length <= MOST_LISTED + 1) return `\`${all.join(' ')}\``;
  return `\`${all.slice(0, MOST_LISTED).join(' ')}\` and ${all.length - MOST_LISTED} more`;
}

/** The first of the candidates with the fewest slips, at most `most`. */
function fewestSlips(word: string, candidates: Iterable<string>, most: number): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let fewest = most + 1;
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - wanted.length) >= fewest) continue;
    const slips = slipsBetween(wanted, candidate.toLowerCase());
    // One letter for one letter is no likeness: `x` does not mean `y`.
    if (slips >= fewest || slips >= Math.max(wanted.length, candidate.length)) continue;
    best = candidate;
    fewest = slips;
  }
  return best;
}

/** Damerau and Levenshtein's distance, in its form where a swapped pair is not edited again. */
function slipsBetween(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const line = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let slips = Math.min(
        at(above, column) + 1,
        at(line, column - 1) + 1,
        at(above, column - 1) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) slips = Math.min(slips, at(before, column - 2) + 1);
      line.push(slips);
    }
    before = above;
    above = line;
  }
  return at(above, b.length);
}

function at(line: readonly number[], column: number): number {
  return line[column] ?? 0;
}
