import type { Choices } from '../choose.ts';
import type { Exercise } from '../exercise.ts';
import { type Design, runDesign, type SeedCheck, seedResult, worldOf } from '../grade-seed.ts';

/** The same universe with one thing changed, run again. */
export interface Counterfactual {
  /** What was changed: a fault taken away, one left alone, or another option taken. */
  readonly kind: 'without-fault' | 'only-fault' | 'option';
  /** The fault; or the decision, of which `option` was taken (null: left open). */
  readonly id: string;
  readonly option: string | null;
  /** What the learner chose is listed too, so that the table is complete. */
  readonly chosen: boolean;
  readonly outcome: SeedCheck['outcome'];
  readonly got: string;
  /** How many witnesses broke the check. */
  readonly count: number;
}

/** A fault's part in a failure, known exactly because the same universe was run without it. */
interface FaultRole {
  readonly id: string;
  /** `necessary`: without it the check is not broken. `sufficient`: it alone breaks it. */
  readonly necessary: boolean;
  readonly sufficient: boolean;
  /** `contributing`: the check breaks without it too, but for fewer. */
  readonly label: 'necessary' | 'sufficient' | 'necessary and sufficient' | 'contributing' | 'irrelevant';
  /** How many broke the check in fact, and without it. */
  readonly count: number;
  readonly without: number;
}

/** What would have been. */
export interface Counterfactuals {
  readonly check: string;
  readonly seed: string;
  /** What happened in fact. */
  readonly actual: Pick<SeedCheck, 'outcome' | 'got' | 'count'>;
  readonly rows: readonly Counterfactual[];
  readonly faults: readonly FaultRole[];
}

const label = (necessary: boolean, sufficient: boolean, fewer: boolean): FaultRole['label'] => {
  if (necessary && sufficient) return 'necessary and sufficient';
  if (necessary) return 'necessary';
  if (sufficient) return 'sufficient';
  return fewer ? 'contributing' : 'irrelevant';
};

/** Runs one universe again without each fault, with each fault alone, and with each option of each decision. */
export function counterfactuals(
  exercise: Exercise,
  choices: Choices,
  seed: string,
  checkId: string,
): Counterfactuals {
  const outcome = (design: Design) => {
    const found = seedResult(runDesign(exercise, design, seed)).checks.find(({ id }) => id === checkId);
    return {
      outcome: found?.outcome ?? ('vacuous' as const),
      got: found?.got ?? '',
      count: found?.count ?? 0,
    };
  };
  const actual = outcome({ choices });
  const ids = Object.keys(worldOf(exercise, { choices }).chaos);
  const without = (gone: readonly string[]): Design => ({
    choices,
    patches: [{ chaos: Object.fromEntries(gone.map((id) => [id, null])) }],
  });

  const rows: Counterfactual[] = [];
  const faults: FaultRole[] = [];
  for (const id of ids) {
    const removed = outcome(without([id]));
    const alone = ids.length === 1 ? actual : outcome(without(ids.filter((other) => other !== id)));
    rows.push({ kind: 'without-fault', id, option: null, chosen: false, ...removed });
    if (ids.length > 1) rows.push({ kind: 'only-fault', id, option: null, chosen: false, ...alone });
    const necessary = actual.outcome === 'invalid' && removed.outcome !== 'invalid';
    const sufficient = alone.outcome === 'invalid' && (ids.length > 1 || necessary);
    const [count, fewer] = [actual.count, removed.count];
    const role = label(necessary, sufficient, fewer < count);
    faults.push({ id, necessary, sufficient, label: role, count, without: fewer });
  }
  for (const { id, options } of exercise.decide) {
    for (const option of [null, ...options.map((candidate) => candidate.id)]) {
      const chosen = (choices[id] ?? null) === option;
      const { [id]: _, ...others } = choices;
      const other = option === null ? others : { ...others, [id]: option };
      rows.push({ kind: 'option', id, option, chosen, ...(chosen ? actual : outcome({ choices: other })) });
    }
  }
  return { check: checkId, seed, actual, rows, faults };
}
