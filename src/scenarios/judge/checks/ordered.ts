import { formatMicros } from '../../../sim/kernel/time.ts';
import { id, place } from '../../../sim/world/schema/common.ts';
import { APPLYING, applicationsAt } from '../applications.ts';
import { scopeOf } from '../windows.ts';
import { counted } from '../words.ts';
import { defineCheck } from './check.ts';

/** What is about one entity is applied in the order in which it was sent. */
export const ordered = defineCheck({
  summary: 'A consumer or operation applies what is about one entity in the order in which it was emitted',
  fields: {
    /** A consumer or an operation. */
    ordered: place,
    /** The sort of entity within which order matters. */
    by: id,
  },
  target: APPLYING,
  *judge(view, { ordered: target, by, during, outside }) {
    const scope = scopeOf(view.run, during, outside);
    const need = `${target}: for each ${by}, applied in the order emitted${scope.words}`;
    const applications = applicationsAt(view, target, by);
    if (!applications) return { need, got: `this world has no ${target}`, doubt: 'vacuous' };
    if (scope.idleFault !== undefined) {
      return { need, got: `the fault ${scope.idleFault} never struck`, doubt: 'vacuous' };
    }
    const { time } = view.columns;
    let compared = 0;
    let broken = 0;
    for (const [entity, applied] of applications) {
      let newest = applied[0]!;
      let found = false;
      for (const one of applied.slice(1)) {
        if (one.emitted > newest.emitted) newest = one;
        else if (!found && scope.contains(time[one.applied]!)) {
          found = true;
          const late = formatMicros(time[one.applied]! - time[newest.applied]!);
          yield {
            message: `${entity}: what was emitted earlier was applied later at ${target}, by ${late}`,
            subject: entity,
            at: time[one.applied]!,
            records: [one.emitted, newest.emitted, newest.applied, one.applied].sort((a, b) => a - b),
          };
        }
      }
      if (applied.length > 1) compared++;
      if (found) broken++;
    }
    if (compared === 0) return { need, got: `no ${by} had two things to apply`, doubt: 'vacuous' };
    return { need, got: `${broken} of ${counted(compared, by)} out of order`, measures: { broken } };
  },
});
