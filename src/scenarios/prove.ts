import { performance } from 'node:perf_hooks';
import { ENGINE_VERSION } from '../sim/run.ts';
import { type Choices, choose } from './choose.ts';
import type { Decision, Exercise, Expect, Option, Place, Variation } from './exercise.ts';
import { crewOf } from './grade-pool.ts';
import { hiddenSeed } from './hidden-seed.ts';
import { Bench } from './prove/bench.ts';
import { bestChoices, bestWithout, bigBox, taughtDecisions } from './prove/designs.ts';
import { harder } from './prove/edge.ts';
import { proveClaim, proveEdge, proveMustFail } from './prove/prove-claim.ts';
import { proveSpace } from './prove/prove-space.ts';
import type { Proof, ProofReport, ProveAsk } from './prove/report.ts';
import { attempted, labelOf, START, type Trial } from './prove/trial.ts';

export { proofLines } from './prove/lines.ts';
export type { ProofReport, ProveAsk } from './prove/report.ts';

/** Designs tried beyond the claimed ones, at most, where nobody says how many. */
const MOST_DESIGNS = 200;

function optionTrial(exercise: Exercise, decision: Decision, option: Option): Trial {
  return {
    label: labelOf(option.expect),
    what: `${decision.id}=${option.id}`,
    design: { choices: { ...bestChoices(exercise), [decision.id]: option.id } },
    at: option.at,
  };
}

/** The option that a variation is tried on, with the best answer to every other decision. */
function variedChoices(exercise: Exercise, { of }: Variation): Choices {
  const [left, right] = of.split('=');
  const decision = exercise.decide.find(({ id, options }) =>
    right === undefined ? options.some((option) => option.id === left) : id === left,
  );
  return decision ? { ...bestChoices(exercise), [decision.id]: right ?? of } : bestChoices(exercise);
}

function proofsOf(bench: Bench, { strict = false, space = MOST_DESIGNS }: ProveAsk): Promise<Proof>[] {
  const { exercise } = bench;
  const top: Place = { file: exercise.file, ...START };
  const claim = (trial: Trial, expect: Expect) =>
    attempted(exercise, trial, () => proveClaim(bench, trial, expect, strict));
  const mustFail = (trial: Trial, code: string, words: string) =>
    attempted(exercise, trial, () => proveMustFail(bench, trial, code, words));
  const proofs = exercise.decide.flatMap((decision) =>
    decision.options.map((option) => claim(optionTrial(exercise, decision, option), option.expect)),
  );
  if (exercise.decide.length === 0) return proofs;

  const untouched: Trial = { label: 'nothing', what: '(nothing)', design: { choices: {} }, at: top };
  proofs.push(mustFail(untouched, 'check/passes-untouched', 'doing nothing'));
  for (const { id, at } of taughtDecisions(exercise)) {
    const trial: Trial = {
      label: 'ablate',
      what: `- ${id}`,
      design: { choices: bestWithout(exercise, id) },
      at,
    };
    proofs.push(mustFail(trial, 'check/not-load-bearing', `the best answer without ${id}`));
  }
  if (exercise.bigbox === 'refused') {
    const design = { choices: {}, patches: [bigBox(choose(exercise, {}))] };
    const trial: Trial = { label: 'bigbox', what: 'capacity x3', design, at: top };
    proofs.push(mustFail(trial, 'check/can-be-bought', 'three times the capacity'));
  }
  for (const variation of exercise.vary) {
    const design = { choices: variedChoices(exercise, variation), patches: [variation.patch] };
    const trial: Trial = {
      label: 'vary',
      what: `${variation.id} of ${variation.of}`,
      design,
      at: variation.at,
    };
    proofs.push(claim(trial, variation.expect));
  }
  const best = bestChoices(exercise);
  const edge: Trial = {
    label: 'edge',
    what: 'load +10 %, faults +20 %',
    design: { choices: best, patches: [harder(choose(exercise, best))] },
    at: top,
  };
  proofs.push(attempted(exercise, edge, () => proveEdge(bench, edge)));
  if (exercise.decide.length > 1 && space > 0)
    proofs.push(proveSpace(bench, space, (exercise.decide[0] as Decision).at));
  return proofs;
}

/** What is missing from an exercise that asks nothing: there is no answer that could be right. */
function nothingToProve({ decide, file }: Exercise): Proof['problems'] {
  if (decide.length > 0) return [];
  const message = 'it asks nothing: add a `decide` with an option that holds and one that fails';
  return [{ file, ...START, length: 1, code: 'check/no-decision', message }];
}

/** Proves one exercise: that right answers hold and wrong ones fail for their stated reason, and that nothing else passes. */
export async function prove(exercise: Exercise, ask: ProveAsk = {}): Promise<ProofReport> {
  const asked = ask.seeds ?? exercise.seeds.grade;
  const seeds =
    typeof asked === 'number' ? Array.from({ length: asked }, (_, i) => hiddenSeed(i + 1)) : asked;
  const crew = ask.crew ?? crewOf(ask.workers);
  const started = performance.now();
  try {
    const bench = new Bench(exercise, crew, seeds, ask);
    const proofs = await Promise.all(proofsOf(bench, ask));
    const seconds = (performance.now() - started) / 1000;
    const problems = [...nothingToProve(exercise), ...proofs.flatMap((proof) => proof.problems)];
    return {
      format: 1,
      kind: 'check',
      exercise: exercise.id,
      title: exercise.title,
      file: exercise.file,
      hash: exercise.hash,
      engine: ENGINE_VERSION,
      seeds: seeds.length,
      strict: ask.strict ?? false,
      proofs,
      problems,
      ok: problems.length === 0,
      runs: bench.runs,
      events: bench.events,
      seconds,
      secondsPerThousandRuns: bench.runs === 0 ? 0 : (seconds * 1000) / bench.runs,
    };
  } finally {
    if (!ask.crew) await crew.close();
  }
}
