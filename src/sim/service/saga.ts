import { waitBefore } from '../calls/backoff.ts';
import type { Flow } from '../flow/compile.ts';
import { Frame } from '../flow/frame.ts';
import { mix } from '../kernel/luck.ts';
import type { Process } from '../kernel/process.ts';
import { Signal } from '../kernel/signal.ts';
import { type Micros, seconds } from '../kernel/time.ts';
import { tableOf } from '../machine-table.ts';
import { DONE, type Failed, failed, isRefusal, type Outcome, success, TIMEOUT } from '../outcome.ts';
import type { System } from '../system.ts';
import type { OrderItem, SagaSettings } from '../world/schema/operation.ts';
import { type SagaEvent, type SagaState, sagaMachine } from './saga.machine.ts';
import type { SagaProgress, SagaStore } from './saga-state.ts';
import type { Service } from './service.ts';

const MACHINE = tableOf<SagaState, SagaEvent>(sagaMachine);

/** A stored process is taken over this long after its worker died. */
const LEASE: Micros = seconds(10);
/** How often the living look for orphans. */
const SWEEP: Micros = seconds(1);
const SALT = 920_001;

/** The steps that an item of the order starts. */
function stepsOf(item: OrderItem): readonly string[] {
  if (typeof item === 'string') return [item];
  const inner = 'parallel' in item ? item.parallel : 'transaction' in item ? item.transaction : item.xa;
  return inner.flatMap(stepsOf);
}

/** One process, from where it stands to its end. */
class Saga {
  readonly #settings: SagaSettings;
  readonly #flow: Flow;
  readonly #system: System;
  readonly #store: SagaStore | null;
  readonly #frame: Frame;
  readonly #progress: SagaProgress;
  #state: SagaState;

  constructor(
    settings: SagaSettings,
    flow: Flow,
    store: SagaStore | null,
    frame: Frame,
    progress: SagaProgress,
  ) {
    this.#settings = settings;
    this.#flow = flow;
    this.#system = frame.system;
    this.#store = store;
    this.#frame = frame;
    this.#progress = progress;
    this.#state = progress.turned ? MACHINE.next(MACHINE.initial, 'refused') : MACHINE.initial;
  }

  *run(): Process<Outcome> {
    const progress = this.#progress;
    let last: Outcome = DONE;
    while (!MACHINE.isFinal(this.#state)) {
      if (this.#state === 'undoing') yield* this.#stepBack();
      else last = yield* this.#stepForward();
    }
    this.#store?.end(progress);
    const { log } = this.#system;
    const frame = this.#frame;
    frame.cause = log.note(
      'sagaDone',
      this.#flow.place,
      frame.subject,
      frame.cause,
      frame.span,
      progress.done,
      this.#state,
    );
    if (this.#state === 'completed') return last.ok ? success(last.value, frame.degraded) : last;
    return progress.turned ?? failed('parked', 500);
  }

  *#stepForward(): Process<Outcome> {
    const { items, steps, place } = this.#flow;
    const progress = this.#progress;
    const frame = this.#frame;
    const item = items[progress.done];
    if (item === undefined) {
      this.#go('allDone');
      return DONE;
    }
    const names = stepsOf(item);
    const pastPivot = items
      .slice(0, progress.done)
      .some((before) => stepsOf(before).some((name) => steps[name]?.modifiers.pivot));
    const pivot = names.some((name) => steps[name]?.modifiers.pivot);
    // After a crash some may be armed already: what they did then is unknown.
    const arms = names.filter((name) => this.#flow.undo(name) && !progress.armed.includes(name));
    if (!pastPivot) progress.armed.push(...arms);

    const outcome = yield* this.#persist(item, pivot || pastPivot);
    if (outcome.ok) {
      progress.done++;
      progress.slots = frame.slots.slice();
      frame.cause = this.#system.log.note(
        'sagaStep',
        place,
        frame.subject,
        frame.cause,
        frame.span,
        progress.done,
        names.join(' '),
      );
      yield* this.#commit();
      this.#go('stepDone');
      return outcome;
    }
    const { failure } = outcome;
    const certainlyNot = failure.sent === 'never' || isRefusal(failure);
    if (certainlyNot && names.length === 1)
      progress.armed = progress.armed.filter((name) => !arms.includes(name));
    if (pastPivot) {
      this.#park(names.join(' '));
      progress.turned = outcome;
      return outcome;
    }
    progress.turned = outcome;
    yield* this.#commit();
    this.#go('refused');
    return outcome;
  }

  /** Tries an item until it is done, is refused, or its tries are used up; from the pivot on there is no end of tries. */
  *#persist(item: OrderItem, forever: boolean): Process<Outcome> {
    const { maxAttempts, backoff } = this.#settings.retry;
    let waited: Micros = 0;
    for (let attempt = 1; ; attempt++) {
      const outcome = yield* this.#within(item, attempt);
      if (outcome.ok || isRefusal(outcome.failure)) return outcome;
      if (!forever && attempt >= maxAttempts) return outcome;
      waited = waitBefore(attempt, backoff, this.#draw(attempt), waited);
      yield this.#system.sim.sleep(waited);
    }
  }

  /** Runs an item with the step's time limit. What was sent goes on, whoever still waits for it. */
  *#within(item: OrderItem, attempt: number): Process<Outcome> {
    const frame = this.#frame;
    const ended = new Signal<Outcome>(this.#system.sim);
    const { stepTimeout } = this.#settings;
    const luck = attempt === 1 ? frame : frame.retried(mix(frame.variant, 4_000 + attempt));
    const task = frame.host.scope.spawn(this.#try(item, luck, ended));
    const outcome = yield* ended.waitUpTo(stepTimeout);
    if (!outcome) task.kill();
    frame.cause = luck.cause;
    return outcome ?? TIMEOUT;
  }

  *#try(item: OrderItem, frame: Frame, ended: Signal<Outcome>): Process {
    ended.resolve(yield* this.#flow.runItem(item, frame));
  }

  /** Takes the last armed step back. */
  *#stepBack(): Process {
    const progress = this.#progress;
    const frame = this.#frame;
    const name = progress.armed.at(-1);
    if (name === undefined) {
      this.#go('allUndone');
      return;
    }
    const undo = this.#flow.undo(name) as (frame: Frame) => Process<Outcome>; // only steps with an undo are armed
    const { retry, park, backoff } = this.#settings.undo;
    const limit = Math.min(
      retry === 'until-done' ? Number.POSITIVE_INFINITY : retry,
      park ? Number(park.slice(6)) : Number.POSITIVE_INFINITY,
    );
    let waited: Micros = 0;
    for (let attempt = 1; ; attempt++) {
      frame.cause = this.#system.log.note(
        'sagaUndo',
        this.#flow.place,
        frame.subject,
        frame.cause,
        frame.span,
        attempt,
        name,
      );
      const luck = frame.retried(mix(frame.variant, 5_000 + attempt));
      const outcome = yield* undo(luck);
      frame.cause = luck.cause;
      if (outcome.ok || this.#nothingToUndo(outcome)) break;
      if (attempt >= limit || isRefusal(outcome.failure)) {
        this.#park(name);
        return;
      }
      waited = waitBefore(attempt, backoff, this.#draw(1_000 + attempt), waited);
      yield this.#system.sim.sleep(waited);
    }
    progress.armed.pop();
    yield* this.#commit();
    this.#go('stepUndone');
  }

  #nothingToUndo({ failure }: Failed): boolean {
    return failure.status === 404 || failure.status === 409;
  }

  #park(step: string): void {
    const frame = this.#frame;
    this.#system.ledger.enter('undoFailed', this.#flow.place, frame.request.thing, frame, { step });
    this.#go('gaveUp');
  }

  /** Stores the progress, one commit each. */
  *#commit(): Process {
    this.#progress.record = this.#frame.cause;
    const { database } = this.#frame.host;
    if (this.#store && database) yield* database.forced(this.#frame, SALT);
    this.#progress.record = this.#frame.cause;
  }

  #draw(n: number): number {
    return this.#system.luck
      .stream(`${this.#flow.place.text}.saga`)
      .uniform(this.#frame.key, this.#frame.variant, n);
  }

  #go(event: SagaEvent): void {
    this.#state = MACHINE.next(this.#state, event);
  }
}

/** Makes an operation a process: its steps are driven to the end, forward or back. */
export function orchestrated(
  settings: SagaSettings,
  flow: Flow,
  owner: string,
  operation: string,
  system: System,
): (frame: Frame) => Process<Outcome> {
  return function* orchestrate(frame) {
    const store = settings.state === 'db' ? (system.databaseOf(owner)?.sagas ?? null) : null;
    const progress: SagaProgress = {
      operation,
      request: frame.request,
      record: frame.cause,
      done: 0,
      slots: frame.slots,
      armed: [],
      turned: null,
      lease: { host: frame.host, scope: frame.host.scope, renewed: frame.now },
    };
    store?.start(progress);
    return yield* new Saga(settings, flow, store, frame, progress).run();
  };
}

/** Lets live replicas take over the stored processes of dead ones, again and again. */
export function resumeSagas(system: System, service: Service): void {
  const { sim, log } = system;
  const sweep = () => {
    const store = service.database?.sagas;
    for (const progress of store?.orphans(sim.now, LEASE) ?? []) {
      const replica = service.pick();
      const operation = service.operation(progress.operation);
      if (!store || !replica || !operation?.settings.saga) continue;
      const { request } = progress;
      const resumed = log.note(
        'sagaResumed',
        operation.place,
        request.thing?.recorded,
        progress.record,
        progress.record,
        progress.done,
        undefined,
        replica.name,
      );
      const frame = new Frame(system, replica, operation.place, request, operation.flow, resumed, resumed);
      progress.slots.forEach((value, slot) => {
        frame.slots[slot] = value;
      });
      progress.lease = { host: replica, scope: replica.scope, renewed: sim.now };
      replica.scope.spawn(new Saga(operation.settings.saga, operation.flow, store, frame, progress).run());
    }
    sim.after(SWEEP, sweep);
  };
  sim.after(SWEEP, sweep);
}
