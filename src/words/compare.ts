import type { Comparison, ComparisonRow } from '../scenarios/compare.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import { formatMicros } from '../sim/kernel/time.ts';
import { designWords } from './design.ts';
import { figureWords } from './figure.ts';
import { counted, listed, sentence } from './text.ts';
import { isLaw } from './verdict.ts';

/** Seeds named in a list; the rest are counted. */
const NAMED = 12;

const signed = (value: number, unit: ComparisonRow['unit']): string =>
  `${value > 0 ? '+' : ''}${figureWords(value, unit)}`;

/** Whether the difference is more than chance: its interval does not hold zero. */
const isReal = ({ difference: { interval } }: ComparisonRow): boolean =>
  interval !== null && (interval.low > 0 || interval.high < 0);

/** One figure under both designs: which is better first, then both, then their difference. */
function rowWords(row: ComparisonRow): string {
  const { figure: name, unit, good, a, b, difference, better, same, worse } = row;
  const up = difference.mean > 0;
  const verdict = !isReal(row)
    ? 'NO CLEAR DIFFERENCE'
    : good === null
      ? 'DIFFERENT'
      : up === (good === 'more')
        ? 'B BETTER'
        : 'B WORSE';
  const { interval } = difference;
  const between =
    interval === null ? '' : `, between ${signed(interval.low, unit)} and ${signed(interval.high, unit)}`;
  const counts = good === null ? '' : ` Better in ${better}, same in ${same}, worse in ${worse}.`;
  return `${verdict}: ${name}. A ${figureWords(a, unit)}, B ${figureWords(b, unit)}; B minus A is ${signed(difference.mean, unit)}${between}.${counts}`;
}

/** Two designs on equal luck, in sentences. */
export function compareWords(exercise: Exercise, comparison: Comparison): string {
  const { a, b, seeds } = comparison;
  const head = [`A: ${sentence(designWords(exercise, a))}`, `B: ${sentence(designWords(exercise, b))}`];
  if (!comparison.comparable) return [...head, sentence(comparison.message)].join('\n');
  const { held, rows, worse, divergence } = comparison;
  const same = rows.filter(
    ({ difference, better, worse: lost, other }) => difference.mean === 0 && better + lost + other === 0,
  );
  const lines = [
    ...head,
    `Both ran on the same ${counted(seeds.count, 'seed')}. A held in ${held.a}, B in ${held.b}.`,
    ...rows.filter((row) => !same.includes(row)).map(rowWords),
  ];
  const told = same.map(({ figure: name }) => name).filter((name) => !isLaw(name));
  if (told.length > 0) lines.push(`THE SAME in every seed: ${listed(told)}.`);
  if (worse.length > 0) {
    const more = worse.length > NAMED ? ` and ${worse.length - NAMED} more` : '';
    lines.push(`B is worse in ${counted(worse.length, 'seed')}: ${worse.slice(0, NAMED).join(', ')}${more}.`);
  }
  if (divergence) {
    lines.push(
      `They part at event ${divergence.record}, ${formatMicros(divergence.at)}.`,
      `In A: ${divergence.a ?? 'the run was over.'}`,
      `In B: ${divergence.b ?? 'the run was over.'}`,
    );
  } else lines.push('On the first seed both did exactly the same.');
  return lines.join('\n');
}
