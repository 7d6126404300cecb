// Holds two designs side by side on equal luck: the same customers, disks and lost packets, seed by seed.
//
//   node --import tsx examples/compare-designs.ts
import { compare, findExercise } from '../src/index.ts';

const exercise = findExercise('charged-twice');
const [decision] = exercise.decide;
const last = decision?.options.at(-1);
const b = decision && last ? { [decision.id]: last.id } : {};

const comparison = compare(exercise, {}, b, { seeds: 5 });
if (!comparison.comparable) console.log(comparison.message);
else {
  console.log(
    `nothing changed held in ${comparison.held.a} of 5, "${last?.label}" in ${comparison.held.b} of 5`,
  );
  for (const { figure, a, b: other, better, same, worse } of comparison.rows) {
    console.log(
      `  ${figure}: ${a.toFixed(2)} against ${other.toFixed(2)}; better ${better}, same ${same}, worse ${worse}`,
    );
  }
}
