import type { Exercise } from '../scenarios/exercise.ts';
import type { Ablation, CheckSpread, GradeReport } from '../scenarios/grade.ts';
import { unitOf } from '../scenarios/measure-unit.ts';
import { figureWords } from './figure.ts';
import { counted, percent, stopped } from './text.ts';
import { isLaw } from './verdict.ts';

/** The result in one sentence, with its uncertainty. */
function gradeSummary({ held, seeds: { count }, share, interval }: GradeReport): string {
  const verdict = held === count ? 'PASSED' : 'NOT YET';
  const sure = `with 95 percent confidence, ${percent(interval.low)} to ${percent(interval.high)} of all universes`;
  return `${verdict}: the design held in ${held} of ${counted(count, 'seed')}, ${percent(share)}; ${sure}.`;
}

/** One check over all seeds: how often it broke, what was needed, what was seen. */
function spreadWords({
  id,
  weight,
  need,
  invalid,
  valid,
  vacuous,
  unknown,
  got,
  example,
}: CheckSpread): string {
  const all = invalid + valid + vacuous + unknown;
  const aside = weight === 'secondary' ? ', secondary' : '';
  const outcome =
    invalid > 0 ? `BROKEN in ${invalid} of ${all}` : valid > 0 ? `HELD in ${valid} of ${all}` : 'NOT TESTED';
  const figures = Object.entries(got)
    .filter(([, { min, max }]) => min !== max)
    .map(([name, { min, median, max }]) => {
      const [least, middle, most] = [min, median, max].map((value) => figureWords(value, unitOf(name)));
      return `${name} ${least} to ${most}, half of the seeds below ${middle}`;
    });
  const seen = figures.length === 0 ? '' : ` Measured: ${figures.join('; ')}.`;
  const instance = invalid > 0 ? ` In seed ${example.seed}: ${stopped(example.got)}` : '';
  return `${outcome}: ${id}${aside}. Needed: ${stopped(need)}${seen}${instance}`;
}

/** What one choice was worth, found by leaving it out on the same seeds. */
function ablationWords(
  exercise: Exercise,
  { decision, option, held, saves, harms, finding }: Ablation,
  seeds: number,
): string {
  const label = exercise.decide
    .find(({ id }) => id === decision)
    ?.options.find(({ id }) => id === option)?.label;
  const without = `Without "${label ?? option}" the design holds in ${held} of ${seeds}`;
  switch (finding) {
    case 'load-bearing':
      return `NEEDED: ${without}; it saves ${counted(saves, 'seed')}.`;
    case 'harmful':
      return `HARMFUL: ${without}; it breaks ${counted(harms, 'seed')}.`;
    case 'decoration':
      return `DECORATION: ${without}, and no check notices the difference.`;
    case 'helps no verdict':
      return `NO HELP: ${without}; some numbers differ, but no verdict.`;
  }
}

/** The whole report in sentences. */
export function gradeWords(exercise: Exercise, report: GradeReport): string {
  const shown = report.checks.filter(({ id, invalid }) => invalid > 0 || !isLaw(id));
  const lines = [gradeSummary(report), ...shown.map(spreadWords)];
  for (const { fault, seeds, allowed } of report.idle) {
    if (!allowed) lines.push(`IDLE: the fault ${fault} changed nothing in ${counted(seeds, 'seed')}.`);
  }
  if (report.ablation.length > 0) {
    lines.push('', 'What each choice is worth, on the same seeds:');
    lines.push(...report.ablation.map((ablation) => ablationWords(exercise, ablation, report.seeds.count)));
  }
  if (report.worst) {
    const { seed, failed } = report.worst;
    lines.push('', `Worst seed: ${seed}. ${failed.map(({ id, got }) => `${id}: ${stopped(got)}`).join(' ')}`);
  }
  return lines.join('\n');
}

/** Stars in words: `2 of 3 stars`. */
export function starWords(stars: number): string {
  return stars === 0 ? 'No star yet' : `${counted(stars, 'star')} of 3`;
}
