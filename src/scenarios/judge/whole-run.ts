import { compileExpression, EvaluationProblem, type Expression } from '../../sim/expression/expression.ts';
import type { Value } from '../../sim/expression/value.ts';
import { formatMicros, type Micros } from '../../sim/kernel/time.ts';
import type { CommonSettings, Judgement } from './checks/check.ts';
import type { Sources } from './entity-expression.ts';
import { type Moment, runFunctions } from './run-functions.ts';
import type { Finding, Measures } from './verdict.ts';
import type { RunView } from './view.ts';
import { scopeOf } from './windows.ts';

const SECOND = 1_000_000;

interface Compiled {
  readonly must: Expression<Moment> | undefined;
  readonly finally: Expression<Moment> | undefined;
}

const compiled = new WeakMap<object, Compiled>();

function expressionsOf(settings: Sources): Compiled {
  const known = compiled.get(settings);
  if (known) return known;
  const vocabulary = { slots: new Map<string, number>(), functions: runFunctions };
  const [must, final] = [settings.must, settings.finally].map((source) =>
    source === null ? undefined : compileExpression<Moment>(source, vocabulary),
  );
  const made = { must, finally: final };
  compiled.set(settings, made);
  return made;
}

/**
 * Holds the whole run against expressions over its counts and times.
 *
 * `must` is asked at every full second, of what has happened until then, and at the end; `finally` at the end.
 */
export function* judgeWholeRun(view: RunView, settings: Sources & CommonSettings): Judgement {
  const { until } = view.run;
  const { must, finally: final } = expressionsOf(settings);
  const scope = scopeOf(view.run, settings.during, settings.outside);
  const parts = [];
  if (must) parts.push(must.source);
  if (final) parts.push(`at the end ${final.source}`);
  const need = `${parts.join('; ')}${scope.words}`;
  if (scope.idleFault !== undefined)
    return { need, got: `the fault ${scope.idleFault} never struck`, doubt: 'vacuous' };
  let first: Finding | undefined;
  try {
    if (must) first = firstBreak(view, must, (at) => scope.contains(at));
    if (!first && final && !holds(final, { view, at: until })) first = findingOf(view, final, until);
    if (first) yield first;
    const shown = [must, final].filter((expression) => expression !== undefined);
    const figures = shown.map((expression) => figuresOf(expression, { view, at: first?.at ?? until }));
    const got = figures.map(wordsOf).join('; ');
    return {
      need,
      got: first ? `${got}, at ${formatMicros(first.at)}` : got,
      measures: measuresOf(figures) ?? { broken: first ? 1 : 0 },
    };
  } catch (error) {
    if (!(error instanceof EvaluationProblem)) throw error;
    return { need, got: `could not be told: ${error.message}`, doubt: 'unknown' };
  }
}

function firstBreak(
  view: RunView,
  must: Expression<Moment>,
  inScope: (at: Micros) => boolean,
): Finding | undefined {
  const { until } = view.run;
  for (let at = SECOND; at < until; at += SECOND) {
    if (inScope(at) && !holds(must, { view, at })) return findingOf(view, must, at);
  }
  return holds(must, { view, at: until }) ? undefined : findingOf(view, must, until);
}

function holds(expression: Expression<Moment>, moment: Moment): boolean {
  const value = expression.evaluate([], moment);
  if (typeof value === 'boolean') return value;
  throw new EvaluationProblem(`\`${expression.source}\` is neither true nor false`);
}

function findingOf(view: RunView, expression: Expression<Moment>, at: Micros): Finding {
  const records = witnesses(expression, { view, at });
  return {
    message: `not so: ${expression.source} (${wordsOf(figuresOf(expression, { view, at }))})`,
    subject: null,
    at,
    records,
  };
}

/** The last records that the functions of an expression counted. */
function witnesses(expression: Expression<Moment>, moment: Moment): number[] {
  const found = expression.calls.flatMap(({ name, args }) => {
    const fn = runFunctions.get(name);
    return fn && args.every((arg) => arg !== undefined)
      ? fn.witnesses(
          moment,
          args.filter((arg) => arg !== undefined),
        )
      : [];
  });
  return [...new Set(found)].sort((a, b) => a - b);
}

/** What a function gives, and how that is shown. */
interface Figure {
  readonly value: Value;
  readonly shown: string;
}

/** What each function of an expression gives, by the text of its call. */
function figuresOf({ calls, source }: Expression<Moment>, moment: Moment): ReadonlyMap<string, Figure> {
  const figures = new Map<string, Figure>();
  for (const { name, args, start, end } of calls) {
    const fn = runFunctions.get(name);
    const known = args.filter((arg) => arg !== undefined);
    if (!fn || known.length < args.length) continue;
    const value = fn.call(moment, known);
    const shown = typeof value === 'number' ? fn.format(value) : String(value);
    figures.set(source.slice(start, end), { value, shown });
  }
  return figures;
}

/** `failures('shoppers') = 27, depth('mail') = 3`. */
function wordsOf(figures: ReadonlyMap<string, Figure>): string {
  return [...figures].map(([call, { shown }]) => `${call} = ${shown}`).join(', ');
}

/** The numbers among figures, by the texts of their calls; undefined where there is none. */
function measuresOf(all: readonly ReadonlyMap<string, Figure>[]): Measures | undefined {
  const measures: Record<string, number> = {};
  for (const figures of all) {
    for (const [call, { value }] of figures) if (typeof value === 'number') measures[call] = value;
  }
  return Object.keys(measures).length > 0 ? measures : undefined;
}
