import { compileExpression, type Expression, type ExpressionFunction } from '../expression/expression.ts';
import type { Value } from '../expression/value.ts';
import type { Luck, Stream } from '../kernel/luck.ts';
import type { Frame } from './frame.ts';
import { flowFunctions, truth } from './functions.ts';
import { SLOT } from './slots.ts';

/** What a step's result tells beside its value. */
const HOW = ['ok', 'error', 'status', 'degraded', 'skipped'];

const DRAWING = ['chance', 'pick', 'zipf', 'random', 'uuid'];

const factFunctions: ReadonlyMap<string, ExpressionFunction<Frame>> = new Map([
  ...flowFunctions,
  ['truth', truth],
]);

/** An expression of a flow, ready to run: it knows the place whose luck it draws. */
export class Formula {
  readonly expression: Expression<Frame>;
  readonly #stream: Stream | undefined;
  readonly #clock: boolean;

  constructor(expression: Expression<Frame>, stream: Stream | undefined) {
    this.expression = expression;
    this.#stream = stream;
    this.#clock = expression.names.has('now');
  }

  /** Its value in this frame; `salt` keeps the draws of repeated evaluations apart. Throws `EvaluationProblem`. */
  value(frame: Frame, salt = 0): Value {
    if (this.#clock) frame.slots[SLOT.now] = frame.now;
    if (this.#stream) {
      frame.stream = this.#stream;
      frame.draws = salt * 64;
    }
    return this.expression.evaluate(frame.slots, frame);
  }

  /** Whether it reads `path`, such as `row.age`. */
  reads(path: string): boolean {
    return this.expression.paths.has(path) || this.expression.paths.has(path.slice(0, path.indexOf('.')));
  }
}

/** A map of formulas, or one for a whole object. */
export type Shape = (frame: Frame) => Readonly<Record<string, Value>>;

/** Compiles the expressions of one flow, whose steps are named. */
export class Formulas {
  readonly #slots: ReadonlyMap<string, number>;
  readonly #luck: Luck;
  /** Whether any expression so far reads what came beside the request's body. */
  envelope = false;
  readonly #paths = new Set<string>();

  constructor(slots: ReadonlyMap<string, number>, luck: Luck) {
    this.#slots = slots;
    this.#luck = luck;
  }

  /** `place` names the field, such as `checkout.placeOrder.charge.when`: its draws are keyed by it. */
  compile(source: string, place: string, fact = false): Formula {
    const functions = fact ? factFunctions : flowFunctions;
    const expression = compileExpression(source, { slots: this.#slots, functions });
    for (const path of expression.paths) this.#paths.add(path);
    this.envelope ||=
      expression.paths.has('request.idempotencyKey') || expression.paths.has('request.deadline');
    const draws = DRAWING.some((name) => expression.functions.has(name));
    return new Formula(expression, draws ? this.#luck.stream(place) : undefined);
  }

  /** Whether any expression asks how a step ended, and not only what it gave. */
  asksHow(step: string): boolean {
    return HOW.some((field) => this.#paths.has(`${step}.${field}`));
  }

  /** Compiles `with`, `set`, `body`, `reply`: one expression, or one for each field. */
  shape(fields: string | Readonly<Record<string, string>>, place: string, fact = false): Shape {
    if (typeof fields === 'string') {
      const formula = this.compile(fields, place, fact);
      return (frame) => asObject(formula.value(frame));
    }
    const parts = Object.entries(fields).map(
      ([field, source]) => [field, this.compile(source, `${place}.${field}`, fact)] as const,
    );
    return (frame) => {
      const value: Record<string, Value> = {};
      for (const [field, formula] of parts) value[field] = formula.value(frame);
      return value;
    };
  }
}

function asObject(value: Value): Readonly<Record<string, Value>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, Value>>;
  return { value };
}
