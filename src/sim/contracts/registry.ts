/** Confluent Schema Registry's compatibility levels. */
export const MODES = [
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
  'NONE',
] as const;

export type Mode = (typeof MODES)[number];

/**
 * Why a new schema is not accepted after those that were; nothing where it is. `problems` tells why a reader cannot read
 * what a writer wrote; `history` is ordered from the oldest to the newest.
 *
 * BACKWARD: the new one reads what is there. FORWARD: what is there reads the new one. Levels that are not transitive
 * look at the newest alone. None of them protects readers that are not registered here.
 */
export function registryProblems<S>(
  mode: Mode,
  candidate: S,
  history: readonly S[],
  problems: (reader: S, writer: S) => readonly string[],
): readonly string[] {
  if (mode === 'NONE') return [];
  const against = mode.endsWith('_TRANSITIVE') ? history : history.slice(-1);
  return against.flatMap((old) => [
    ...(mode.startsWith('FORWARD') ? [] : problems(candidate, old)),
    ...(mode.startsWith('BACKWARD') ? [] : problems(old, candidate)),
  ]);
}
