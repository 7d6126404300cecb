import { makeCall } from '../calls/make-call.ts';
import { hashText } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import { type Outcome, success } from '../outcome.ts';
import { Name } from '../recorder.ts';
import { stepsByVerb } from '../service/steps/index.ts';
import type { System } from '../system.ts';
import type { OrderItem, Step } from '../world/schema/operation.ts';
import type { StepContext } from './act.ts';
import { factEffect } from './facts.ts';
import { Formulas } from './formula.ts';
import type { Frame, FramePlan } from './frame.ts';
import { inParallel } from './groups/parallel.ts';
import { inSequence } from './groups/sequence.ts';
import { inTransaction } from './groups/transaction.ts';
import { modified, type Node } from './modify.ts';
import { FIRST_STEP, SLOT } from './slots.ts';

/** What a flow is compiled from. */
export interface FlowSource {
  readonly system: System;
  readonly owner: string;
  /** Null for a client, whose one flow needs no name. */
  readonly operation: string | null;
  readonly steps: Readonly<Record<string, Step>>;
  /** Null: from top to bottom. */
  readonly order: readonly OrderItem[] | null;
}

/** Steps compiled once for each world, to be run by any number of requests at a time. */
export interface Flow extends FramePlan {
  readonly place: Name;
  readonly items: readonly OrderItem[];
  readonly formulas: Formulas;
  /** Runs it all. The outcome is what the caller is answered, unless it has been answered already. */
  run(frame: Frame): Process<Outcome>;
  /** Runs one item of its order, for those who keep the order themselves. */
  runItem(item: OrderItem, frame: Frame): Process<Outcome>;
  readonly steps: Readonly<Record<string, Step>>;
  /** What takes a step back; undefined where nothing does. */
  undo(step: string): ((frame: Frame) => Process<Outcome>) | undefined;
}

/** Resolves the order of a flow and compiles its steps and expressions. */
export function compileFlow({ system, owner, operation, steps, order }: FlowSource): Flow {
  const place = new Name(operation === null ? owner : `${owner}.${operation}`);
  const names = Object.keys(steps);
  const slots = new Map<string, number>([
    ...Object.entries(SLOT),
    ...names.map((name, i) => [name, FIRST_STEP + i] as const),
  ]);
  const formulas = new Formulas(slots, system.luck);
  const nodes = new Map<string, Node>();

  function step(name: string): Node {
    const found = nodes.get(name);
    if (found) return found;
    const document = steps[name];
    if (!document) throw new Error(`${place.text} has no step ${name}`);
    const definition = stepsByVerb.get(document.verb);
    if (!definition) throw new Error(`${place.text}.${name}: no such verb: ${document.verb}`);
    const at = new Name(`${place.text}.${name}`);
    const effect = factEffect(document, definition.tellsFacts === true, system, at, place, formulas);
    const context: StepContext = {
      system,
      owner,
      operation: operation ?? owner,
      step: name,
      slot: slots.get(name) as number,
      place: at,
      modifiers: document.modifiers,
      formulas,
      salt: hashText(name) % 1_000_000,
      effect: effect.atEffect,
    };
    const act = definition.compile(document.fields as never, context); // validated by this definition's own fields
    const node = modified(act, document, context, effect.atEnd);
    nodes.set(name, node);
    return node;
  }

  function compileItem(item: OrderItem): Node {
    if (typeof item === 'string') return step(item);
    if ('parallel' in item) return inParallel(item.parallel.map(compileItem), system);
    if ('transaction' in item)
      return inTransaction(inSequence(item.transaction.map(compileItem)), owner, place, false);
    return inTransaction(inSequence(item.xa.map(compileItem)), owner, place, true);
  }

  const undos = new Map<string, (frame: Frame) => Process<Outcome>>();
  for (const [name, { modifiers }] of Object.entries(steps)) {
    if (!modifiers.undo) continue;
    const at = new Name(`${place.text}.${name}.undo`);
    const salt = hashText(`${name}.undo`) % 1_000_000;
    const context: StepContext = {
      system,
      owner,
      operation: operation ?? owner,
      step: name,
      slot: slots.get(name) as number,
      place: at,
      modifiers,
      formulas,
      salt,
      effect: () => {},
    };
    const { run } = makeCall(modifiers.undo.call, modifiers.undo.with, context);
    if (run) undos.set(name, run);
  }

  const items = order ?? names;
  const compiled = new Map(items.map((item) => [item, compileItem(item)] as const));
  const whole = inSequence([...items.map((item) => compiled.get(item) as Node)]);

  return {
    place,
    size: names.length,
    get envelope() {
      return formulas.envelope;
    },
    items,
    formulas,
    steps,
    undo: (name) => undos.get(name),
    *run(frame) {
      const outcome = yield* whole(frame);
      return outcome.ok ? success(outcome.value, frame.degraded) : outcome;
    },
    runItem: (item, frame) => (compiled.get(item) as Node)(frame),
  };
}
