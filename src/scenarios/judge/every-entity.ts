import { EvaluationProblem } from '../../sim/expression/expression.ts';
import { formatMicros, type Micros } from '../../sim/kernel/time.ts';
import type { Fact } from '../../sim/run.ts';
import type { CommonSettings, Judgement, Summary } from './checks/check.ts';
import { type EntityExpressions, entityExpressions, type Sources, Tally } from './entity-expression.ts';
import { byTime, type Finding } from './verdict.ts';
import type { RunView } from './view.ts';
import { type Scope, scopeOf } from './windows.ts';
import { counted } from './words.ts';

/** What an invariant demands. */
export interface Demands extends Sources, CommonSettings {
  readonly within: Micros | null;
}

/** What was met while the entities were held against a check, one after the other. */
interface Course {
  readonly view: RunView;
  readonly every: string;
  readonly demands: Demands;
  readonly expressions: EntityExpressions;
  readonly scope: Scope;
  readonly tally: Tally;
  /** Entities for which `if` arose. */
  arose: number;
  broken: number;
  /** Entities whose time was not over when the run ended. */
  open: number;
  /** The finding that comes first when all are sorted. */
  first: Finding | undefined;
  /** Why an expression had no answer, where one had none. */
  problem: string | undefined;
}

/** Holds each entity of a sort against the demands; finds at most one thing for each. */
export function* judgeEvery(view: RunView, every: string, demands: Demands): Judgement {
  const { run, facts } = view;
  const expressions = entityExpressions(every, demands);
  const course: Course = {
    view,
    every,
    demands,
    expressions,
    scope: scopeOf(run, demands.during, demands.outside),
    tally: new Tally(expressions, facts),
    arose: 0,
    broken: 0,
    open: 0,
    first: undefined,
    problem: undefined,
  };
  const own = facts.of(every);
  let entities = 0;
  for (const subject of run.subjects.values()) {
    if (subject.entity !== every) continue;
    entities++;
    course.tally.reset(subject.data);
    const finding = judgeOne(course, subject.name, own.get(subject.name) ?? []);
    if (!finding) continue;
    course.broken++;
    if (!course.first || byTime(finding, course.first) < 0) course.first = finding;
    yield finding;
  }
  return summary(course, entities);
}

/** The first thing that breaks the check for one entity, if any. */
function judgeOne(course: Course, name: string, own: readonly number[]): Finding | undefined {
  const { view, tally, demands } = course;
  const mine = own.filter((fact) => tally.counts(view.facts.nameOf[fact]!));
  try {
    return demands.within === null
      ? judgeAlways(course, name, mine)
      : judgeInTime(course, name, mine, demands.within);
  } catch (error) {
    if (!(error instanceof EvaluationProblem)) throw error;
    course.problem ??= `${name}: ${error.message}`;
    return undefined;
  }
}

/** Tests `must` after the facts of each instant, and both expressions at the end. */
function judgeAlways(course: Course, name: string, own: readonly number[]): Finding | undefined {
  const { view, expressions, tally, scope } = course;
  const { facts, until } = view.run;
  const { must } = expressions;
  let arose = false;
  let seen = own.length === 0;
  for (let index = 0; index < own.length; index++) {
    const { at } = take(course, own[index]!);
    const inScope = scope.contains(at);
    seen ||= inScope;
    // Facts of one transaction are one change.
    const more = index + 1 < own.length && facts[own[index + 1]!]!.at === at;
    if (more || !inScope || (expressions.if && !tally.holds(expressions.if))) continue;
    arose = true;
    if (must && !tally.holds(must)) return broken(course, name, own.slice(0, index + 1), at, must.source);
  }
  // At the end even an entity without facts is asked: an order that never came to anything is one, too.
  if (seen && (!expressions.if || tally.holds(expressions.if))) {
    arose = true;
    for (const last of [must, expressions.finally]) {
      if (last && !tally.holds(last)) return broken(course, name, own, until, last.source);
    }
  }
  if (arose) course.arose++;
  return undefined;
}

/** `must` may not stay false, where `if` is true, for longer than `within`. */
function judgeInTime(
  course: Course,
  name: string,
  own: readonly number[],
  within: Micros,
): Finding | undefined {
  const { view, expressions, tally, scope, every } = course;
  const { facts, until } = view.run;
  const { must } = expressions;
  const source = must?.source ?? '';
  const applies = () => !expressions.if || tally.holds(expressions.if);
  let since: Micros | undefined;
  let arose = false;
  if (!expressions.if) {
    const birth = view.birthOf(every, name);
    const at = birth === undefined ? 0 : view.columns.time[birth]!;
    arose = scope.contains(at);
    if (arose && must && !tally.holds(must)) since = at;
  }
  for (let index = 0; index < own.length; index++) {
    const at = facts[own[index]!]!.at;
    if (since !== undefined && at > since + within) {
      return broken(course, name, own.slice(0, index), since + within, source);
    }
    take(course, own[index]!);
    const due = applies();
    const inScope = scope.contains(at);
    arose ||= due && inScope;
    if (!due || !must || tally.holds(must)) since = undefined;
    else if (since === undefined && inScope) since = at;
  }
  if (since !== undefined && since + within <= until)
    return broken(course, name, own, since + within, source);
  const last = expressions.finally;
  if (last && arose && applies() && !tally.holds(last)) return broken(course, name, own, until, last.source);
  if (arose) course.arose++;
  if (since !== undefined) course.open++;
  return undefined;
}

function take({ view, tally }: Course, index: number): Fact {
  const fact = view.run.facts[index]!;
  tally.add(view.facts.nameOf[index]!, fact);
  return fact;
}

/** A finding with the facts that the expressions speak of, as far as they had happened. */
function broken(course: Course, name: string, own: readonly number[], at: Micros, source: string): Finding {
  const { view, every, demands } = course;
  course.arose++;
  const facts = own.map((fact) => view.run.facts[fact]!);
  const birth = facts.length === 0 ? view.birthOf(every, name) : undefined;
  const late = demands.within === null ? '' : ` within ${formatMicros(demands.within)}`;
  return {
    message: `${name}: not so${late}: ${source}; recorded: ${recorded(facts)}`,
    subject: name,
    at,
    records: birth === undefined ? shortened(facts.map((fact) => fact.record)) : [birth],
  };
}

const HEAD = 4;
const TAIL = 20;

/** The first few and the last: an entity such as a popular sku can have thousands. */
function shortened(records: readonly number[]): readonly number[] {
  return records.length <= HEAD + TAIL ? records : [...records.slice(0, HEAD), ...records.slice(-TAIL)];
}

/** `charged twice, refunded once`, in the order of first record. */
function recorded(facts: readonly Fact[]): string {
  const counts = new Map<string, number>();
  for (const { name } of facts) counts.set(name, (counts.get(name) ?? 0) + 1);
  if (counts.size === 0) return 'none of it';
  return [...counts].map(([name, count]) => `${name} ${times(count)}`).join(', ');
}

function times(count: number): string {
  if (count === 1) return 'once';
  return count === 2 ? 'twice' : `${count} times`;
}

function summary(course: Course, entities: number): Summary {
  const { every, demands, arose, open, first, problem, scope } = course;
  const need = needOf(course);
  if (first) {
    const got = `${course.broken} of ${counted(arose, every)} broke it, first ${first.subject} ${first.at === course.view.run.until ? 'at the end' : `at ${formatMicros(first.at)}`}`;
    return { need, got, measures: { broken: course.broken } };
  }
  if (problem !== undefined) return { need, got: `could not be told: ${problem}`, doubt: 'unknown' };
  if (scope.idleFault !== undefined) {
    return { need, got: `the fault ${scope.idleFault} never struck`, doubt: 'vacuous' };
  }
  if (entities === 0) return { need, got: `the run met no ${every}`, doubt: 'vacuous' };
  if (arose === 0) {
    const why = demands.if === null ? 'none was in the time looked at' : `never was ${demands.if}`;
    return { need, got: `${why}, for ${counted(entities, every)}`, doubt: 'vacuous' };
  }
  if (open > 0) {
    const got = `the run ended before the time of ${counted(open, every)} was over; the other ${arose - open} held`;
    return { need, got, doubt: 'unknown' };
  }
  return { need, got: `held for ${counted(arose, every)}`, measures: { broken: 0 } };
}

function needOf({ every, demands, scope }: Course): string {
  const parts = [];
  if (demands.must !== null) parts.push(demands.must);
  if (demands.finally !== null) parts.push(`at the end ${demands.finally}`);
  const where = demands.if === null ? '' : ` with ${demands.if}`;
  const time = demands.within === null ? '' : ` within ${formatMicros(demands.within)}`;
  return `every ${every}${where}${time}: ${parts.join('; ')}${scope.words}`;
}
