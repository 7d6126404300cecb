import type { CheckResult, Verdict } from '../scenarios/judge/index.ts';
import { stopped } from './text.ts';

const OUTCOME: Readonly<Record<CheckResult['outcome'], string>> = {
  valid: 'HELD',
  invalid: 'BROKEN',
  vacuous: 'NOT TESTED',
  unknown: 'NOT DECIDED',
};

/** One check in words: whether it held first, then what was seen, then what was needed. */
function checkWords({ id, outcome, weight, need, got }: CheckResult): string {
  const aside = weight === 'secondary' ? ', secondary' : '';
  const seen =
    outcome === 'valid' && got.startsWith('held for ') ? `Looked at${got.slice('held for'.length)}` : got;
  return `${OUTCOME[outcome]}: ${id}${aside}. ${stopped(seen)} Needed: ${stopped(need)}`;
}

const SUMMARY: Readonly<Record<Verdict['outcome'], string>> = {
  held: 'HELD. Every check that decides was met.',
  failed: 'FAILED.',
  vacuous: 'NOT TESTED. What the checks ask about never happened in this run.',
  unknown: 'NOT DECIDED. The run ended before every check could be decided.',
};

/** Laws that hold in every world, such as that money is conserved: they are told only where one breaks. */
export const isLaw = (check: string): boolean => check.startsWith('conservation.');

/** The verdict in one sentence. */
export function verdictSummary({ outcome, checks, firstFailed }: Verdict): string {
  if (outcome !== 'failed') return SUMMARY[outcome];
  const broken = checks.filter((check) => check.outcome === 'invalid').length;
  const asked = checks.filter(({ id, outcome }) => outcome === 'invalid' || !isLaw(id)).length;
  const first = firstFailed === undefined ? '' : ` ${firstFailed} broke first.`;
  return `${SUMMARY.failed} ${broken} of ${asked} checks broke.${first}`;
}

/** Broken checks come first, and laws that always hold are left out while they do. */
function shownChecks({ checks }: Verdict): readonly CheckResult[] {
  const shown = checks.filter(({ id, outcome }) => outcome === 'invalid' || !isLaw(id));
  return [
    ...shown.filter(({ outcome }) => outcome === 'invalid'),
    ...shown.filter(({ outcome }) => outcome !== 'invalid'),
  ];
}

/** The whole verdict: the summary, then a line for each check. */
export function verdictWords(verdict: Verdict): string {
  return [verdictSummary(verdict), ...shownChecks(verdict).map(checkWords)].join('\n');
}
