import { EvaluationProblem } from '../../../sim/expression/expression.ts';
import { telemetryOf } from '../../../sim/telemetry/index.ts';
import { share } from '../../../sim/world/quantities.ts';
import { expression, id } from '../../../sim/world/schema/common.ts';
import { entityExpressions, Tally } from '../entity-expression.ts';
import { type Seen, seenOf } from '../traces.ts';
import type { Finding } from '../verdict.ts';
import type { RunView } from '../view.ts';
import { scopeOf } from '../windows.ts';
import { counted, percent, share as shareOf } from '../words.ts';
import { defineCheck } from './check.ts';

const MILLION = 1_000_000;
const PPM_PER_CENT = 10_000;

/** The work for one entity joins into one trace, as far as operators see it. */
export const traced = defineCheck({
  summary: 'The work for one entity joins into one trace, in the telemetry that the system sends',
  fields: {
    /** The sort of entity. */
    traced: id,
    /** At least this share of them: every request that our services worked on has a span, and all are in one trace. */
    share: share.nullable().default(null),
    /** Only those for which this is true at the end. */
    of: expression.nullable().default(null),
    /** At most this share of all spans of the run is stored. */
    stored: share.nullable().default(null),
  },
  *judge(view, { traced: entity, share: least, of, stored, during, outside }) {
    const scope = scopeOf(view.run, during, outside);
    const need = needOf(entity, least, stored, of) + scope.words;
    if (scope.idleFault !== undefined)
      return { need, got: `the fault ${scope.idleFault} never struck`, doubt: 'vacuous' };
    const got: string[] = [];
    const measures: Record<string, number> = {};
    if (least !== null) {
      const wanted = wantedOf(view, entity, of);
      if (typeof wanted === 'string') return { need, got: wanted, doubt: 'unknown' };
      const some = [...seenOf(view, entity)].filter(
        ([name, { worked }]) => wanted.has(name) && scope.contains(view.columns.time[worked[0]!]!),
      );
      if (some.length === 0) return { need, got: `no ${entity} in the time looked at`, doubt: 'vacuous' };
      const torn = some.filter(([, seen]) => !isWhole(seen));
      const whole = some.length - torn.length;
      measures['traced'] = shareOf(whole, some.length) / PPM_PER_CENT;
      got.push(`${percent(shareOf(whole, some.length))} of ${counted(some.length, entity)} in one trace`);
      if (whole * MILLION < least * some.length)
        for (const [name, seen] of torn) yield findingOf(view, name, seen);
    }
    if (stored !== null) {
      const ended = telemetryOf(view.run).filter(({ end }) => end !== null);
      const kept = ended.filter(({ fate }) => fate === 'stored');
      measures['stored'] = shareOf(kept.length, ended.length) / PPM_PER_CENT;
      got.push(`${percent(shareOf(kept.length, ended.length))} of ${counted(ended.length, 'span')} stored`);
      if (kept.length * MILLION > stored * ended.length)
        yield {
          message: `${kept.length} of ${counted(ended.length, 'span')} stored`,
          subject: null,
          at: view.run.until,
          records: kept.slice(-1).map(({ record }) => record),
        };
    }
    return { need, got: got.join('; '), measures };
  },
});

function needOf(entity: string, least: number | null, stored: number | null, of: string | null): string {
  const which = of === null ? '' : ` where ${of}`;
  return [
    ...(least === null ? [] : [`${percent(least)} of each ${entity}${which} in one trace`]),
    ...(stored === null ? [] : [`at most ${percent(stored)} of spans stored`]),
  ].join(', ');
}

/** The entities that are asked about; a text where it cannot be told. */
function wantedOf(view: RunView, entity: string, of: string | null): ReadonlySet<string> | string {
  const expressions = entityExpressions(entity, { if: of, must: null, finally: null });
  const tally = new Tally(expressions, view.facts);
  const own = view.facts.of(entity);
  const wanted = new Set<string>();
  for (const subject of view.run.subjects.values()) {
    if (subject.entity !== entity) continue;
    tally.reset(subject.data);
    for (const fact of own.get(subject.name) ?? [])
      if (tally.counts(view.facts.nameOf[fact]!)) tally.add(view.facts.nameOf[fact]!, view.run.facts[fact]!);
    try {
      if (expressions.if === undefined || tally.holds(expressions.if)) wanted.add(subject.name);
    } catch (error) {
      if (!(error instanceof EvaluationProblem)) throw error;
      return `${subject.name}: ${error.message}`;
    }
  }
  return wanted;
}

const isWhole = ({ dark, traces, entries }: Seen): boolean => dark.length === 0 && traces <= entries;

function findingOf(view: RunView, subject: string, { worked, dark, traces }: Seen): Finding {
  const last = dark.at(-1) ?? worked.at(-1)!; // no entity is seen without work
  const unseen =
    dark.length === 0 ? '' : `, and no span of ${dark.length} of ${counted(worked.length, 'request')}`;
  return {
    message: `${subject}: ${traces === 0 ? 'no trace' : counted(traces, 'trace')}${unseen}`,
    subject,
    at: view.columns.time[last]!,
    records: worked[0] === last ? [last] : [worked[0]!, last],
  };
}
