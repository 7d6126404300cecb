import type { World } from '../../sim/world/schema/world.ts';
import { checkVocabulary } from '../judge/vocabulary.ts';
import { type ReadChecks, settingOf } from './exercise-checks.ts';
import { part } from './part.ts';
import type { ProblemList } from './problem-list.ts';

/** Tells of names in the checks that mean nothing in any world of the exercise. */
export function checkCheckNames(checks: ReadChecks, worlds: readonly World[], problems: ProblemList): void {
  for (const { check, field, message, start, end, suggestion } of checkVocabulary(worlds, checks.documents)) {
    const node = settingOf(checks, check, field);
    const at = node?.at ?? checks.tree.at;
    const source = node?.kind === 'scalar' ? String(node.value) : '';
    const more =
      suggestion !== undefined && !message.includes(`\`${suggestion}\``)
        ? ` Did you mean \`${suggestion}\`?`
        : '';
    problems.add({
      code: start === undefined ? 'check/unknown-name' : 'check/expression',
      at: part(at, source, start, end),
      message: `${check}.${field}: ${message}${/[.?!)]$/.test(message) ? '' : '.'}${more}`,
    });
  }
}
