// Runs one design of a built-in exercise, judges it, and asks why the first check broke.
//
//   node --import tsx examples/run-and-ask-why.ts
import { choose, explain, findExercise, judgeRun, simulate } from '../src/index.ts';

const exercise = findExercise('charged-twice');
const [decision] = exercise.decide;
const [option] = decision?.options ?? [];
const choices = decision && option ? { [decision.id]: option.id } : {};

const run = simulate(choose(exercise, choices), String(exercise.seeds.practice));
const verdict = judgeRun(exercise, run);

console.log(`${exercise.title}: ${option?.label ?? 'nothing changed'}`);
console.log(`${verdict.outcome}; ${run.record.length} events, fingerprint ${run.fingerprint}`);
for (const { id, outcome, got } of verdict.checks) console.log(`  ${outcome.padEnd(8)} ${id}: ${got}`);

const finding = verdict.checks.find(({ id }) => id === verdict.firstFailed)?.findings[0];
if (finding) for (const { text, record } of explain(run, finding).lines) console.log(`  #${record} ${text}`);
