import { LIMITS } from './limits.ts';
import { EvaluationProblem, type Place } from './problem.ts';
import { isList, type Value } from './value.ts';

/** Counts what one evaluation costs, so that no loop runs away. One expression has one meter. */
export class Meter {
  /** Whether the expression has a loop; if not, nothing charges and there is nothing to reset. */
  used = false;
  #left: number = LIMITS.cost;

  /** Allows another {@link LIMITS.cost} units and returns what was left, for {@link restore}. */
  reset(): number {
    const left = this.#left;
    this.#left = LIMITS.cost;
    return left;
  }

  /** Puts back what an evaluation around this one had left. */
  restore(left: number): void {
    this.#left = left;
  }

  /** Takes units away, or stops the evaluation if there are not enough. */
  charge(units: number, place: Place): void {
    this.#left -= units;
    if (this.#left < 0) {
      throw new EvaluationProblem(
        `this costs more than the limit of ${LIMITS.cost} units for one evaluation`,
        place,
      );
    }
  }

  /** Takes a unit for every item of each list among some values. */
  chargeLists(values: readonly Value[], place: Place): void {
    for (const value of values) if (isList(value)) this.charge(value.length, place);
  }
}
