import type { Micros } from '../../sim/kernel/time.ts';
import type { Run, Usage } from '../../sim/run.ts';
import type { CheckDefinition, Summary } from './checks/check.ts';
import { checks as kinds } from './checks/index.ts';
import { laws } from './conservation/index.ts';
import type { Law } from './conservation/law.ts';
import type { CheckDocument, Checks } from './document.ts';
import { byTime, type CheckResult, type Finding, MOST_FINDINGS, type Verdict } from './verdict.ts';
import { RunView } from './view.ts';

export type { Checks } from './document.ts';
export type { CheckResult, Finding, Measures, Verdict } from './verdict.ts';
export { checkVocabulary } from './vocabulary.ts';

/** What a judge may be told beside the run. */
export interface JudgeOptions {
  /** What the world uses when nothing is chosen: `cost` checks count what goes beyond it. */
  readonly baseline?: Usage;
}

/** Holds a run against the checks of its exercise, and against the laws that no design may break. */
export function judge(run: Run, checks: Checks, { baseline }: JudgeOptions = {}): Verdict {
  const view = new RunView(run, baseline);
  const results = Object.entries(checks).map(([id, document]) => judgeCheck(view, id, document));
  for (const [name, law] of Object.entries(laws)) results.push(judgeLaw(view, `conservation.${name}`, law));
  return verdictOf(results);
}

function judgeLaw(view: RunView, id: string, law: Law): CheckResult {
  const findings: Finding[] = [];
  const judgement = law.judge(view);
  let next = judgement.next();
  for (; !next.done; next = judgement.next()) findings.push(next.value);
  const broken = findings[0]
    ? `${findings.length} broke it: ${findings[0].message}`
    : `held for ${next.value}`;
  const measures = { broken: findings.length };
  return resultOf(id, 'conservation', 'primary', findings, { need: law.need, got: broken, measures });
}

function judgeCheck(view: RunView, id: string, { kind, settings }: CheckDocument): CheckResult {
  const definition = kinds[kind] as CheckDefinition; // the schema gave this kind these settings
  const findings: Finding[] = [];
  const judgement = definition.judge(view, settings);
  let next = judgement.next();
  for (; !next.done; next = judgement.next()) findings.push(next.value);
  return resultOf(id, kind, settings.weight, findings, next.value);
}

function resultOf(
  id: string,
  kind: string,
  weight: CheckResult['weight'],
  findings: Finding[],
  { need, got, measures = {}, doubt }: Summary,
): CheckResult {
  findings.sort(byTime);
  const at: Micros | null = findings[0]?.at ?? null;
  const outcome = findings.length > 0 ? 'invalid' : (doubt ?? 'valid');
  return {
    id,
    kind,
    weight,
    outcome,
    need,
    got,
    measures,
    at,
    findings: findings.slice(0, MOST_FINDINGS),
    count: findings.length,
  };
}

function verdictOf(checks: readonly CheckResult[]): Verdict {
  const primary = checks.filter(({ weight }) => weight === 'primary');
  const failed = primary.filter(({ outcome }) => outcome === 'invalid');
  const first = failed.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0))[0];
  if (first) return { outcome: 'failed', checks, firstFailed: first.id };
  const doubtful = (doubt: string) => primary.some(({ outcome }) => outcome === doubt);
  if (doubtful('unknown')) return { outcome: 'unknown', checks };
  return { outcome: doubtful('vacuous') ? 'vacuous' : 'held', checks };
}
