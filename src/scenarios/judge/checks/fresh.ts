import { formatMicros } from '../../../sim/kernel/time.ts';
import { duration } from '../../../sim/world/quantities.ts';
import { place } from '../../../sim/world/schema/common.ts';
import { AGEING, agesAt } from '../ages.ts';
import { scopeOf } from '../windows.ts';
import { defineCheck } from './check.ts';

/** Nothing waits for too long: messages for a consumer, in a queue or an outbox, or answers in a cache. */
export const fresh = defineCheck({
  summary: 'How old the oldest unprocessed message, or cached answer, may become',
  fields: {
    /** A consumer, a queue, an outbox, or what has a cache: a route, a step, or a resolver such as gateway.answer.query.Product.stock. */
    fresh: place,
    within: duration,
  },
  target: AGEING,
  *judge(view, { fresh: target, within, during, outside }) {
    const { run } = view;
    const scope = scopeOf(run, during, outside);
    const need = `${target}: never older than ${formatMicros(within)}${scope.words}`;
    const ages = agesAt(view, target);
    if (!ages) return { need, got: `this world has no ${target}`, doubt: 'vacuous' };
    if (scope.idleFault !== undefined) {
      return { need, got: `the fault ${scope.idleFault} never struck`, doubt: 'vacuous' };
    }
    let oldest = 0;
    let seen = 0;
    let late = 0;
    for (const { since, until, records, what } of ages) {
      const looked = scope.lastIn(since, until);
      if (looked === undefined) continue;
      seen++;
      const age = looked - since;
      oldest = Math.max(oldest, age);
      if (age <= within) continue;
      late++;
      const subject = view.subjectOf(records[0]!);
      yield {
        message: `${subject ?? what}: ${formatMicros(age)} old at ${target}`,
        subject,
        at: scope.firstIn(since + within, until) ?? looked,
        records,
      };
    }
    if (seen === 0) return { need, got: 'nothing to wait for in the time looked at', doubt: 'vacuous' };
    const got = `${formatMicros(oldest)} the oldest; ${late} of ${seen} older than allowed`;
    return { need, got, measures: { fresh: oldest } };
  },
});
