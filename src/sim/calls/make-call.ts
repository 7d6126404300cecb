import { overChannel } from '../broker/request-reply.ts';
import type { Thing } from '../entities.ts';
import type { Act, StepContext } from '../flow/act.ts';
import type { Formula } from '../flow/formula.ts';
import { Frame } from '../flow/frame.ts';
import type { Body, Request } from '../flow/request.ts';
import type { Process } from '../kernel/process.ts';
import type { Outcome } from '../outcome.ts';
import { Name } from '../recorder.ts';
import type { System } from '../system.ts';
import type { Fields } from '../world/schema/common.ts';
import { Loader } from './batch.ts';
import { type Call, callThrough } from './call-through.ts';
import type { Reading } from './read-responses.ts';

/** What travels unasked: every entity id of the caller's request, unless the call says otherwise. */
export function withIdentity(system: System, body: Body, given: Body): Body {
  const merged: Record<string, Body[string]> = {};
  for (const sort of system.entities.sorts()) {
    const id = body[sort];
    if (id !== undefined) merged[sort] = id;
  }
  return Object.assign(merged, given);
}

/** Whom a request is about: what its body says of the caller's own kind of thing, else the caller's, else the body's first. */
export function aboutWhom(system: System, body: Body, thing: Thing | undefined): Thing | undefined {
  if (thing) {
    const id = body[thing.entity];
    return id === undefined || id === thing.name ? thing : (system.entities.named(id) ?? thing);
  }
  for (const sort of system.entities.sorts()) {
    const named = system.entities.named(body[sort]);
    if (named) return named;
  }
  return undefined;
}

/** Calls an operation of one's own service, as a plain function. */
export function* callOwn(frame: Frame, operation: string, body: Body): Process<Outcome> {
  const { system, host } = frame;
  const request: Request = {
    ...frame.request,
    body,
    variant: frame.variant,
    thing: aboutWhom(system, body, frame.request.thing),
  };
  const callee = frame.release?.operation(operation) ?? system.operationOf(host.owner, operation);
  let answered: Outcome | undefined;
  const early = (outcome: Outcome) => {
    answered = outcome;
  };
  const { place, flow } = callee;
  const inner = new Frame(system, host, place, request, flow, frame.span, frame.cause, early);
  inner.transaction = frame.transaction;
  inner.guard = frame.guard;
  inner.release = frame.release;
  const outcome = yield* callee.serve(inner);
  frame.cause = inner.cause;
  return outcome.ok ? (answered ?? outcome) : outcome;
}

/**
 * A call of another service goes through the client library; of one's own it is a plain function call.
 *
 * `each`: what is done with each message of a response that comes as a stream.
 */
export function makeCall(
  target: string,
  given: Fields | null,
  context: StepContext,
  each: Reading['each'] | null = null,
): Act {
  const { system, owner, place, formulas } = context;
  const [service, operation] = target.split('.') as [string, string];
  const callee = new Name(target);
  const shape = given === null ? null : formulas.shape(given, `${place.text}.with`);
  const keys = new Map<string, Formula>();

  function keyFormula(source: string): Formula {
    const known = keys.get(source);
    if (known) return known;
    const formula = formulas.compile(source, `${place.text}.idempotencyKey`);
    keys.set(source, formula);
    return formula;
  }

  if (service === owner) {
    return {
      run(frame) {
        const body = shape ? withIdentity(system, frame.request.body, shape(frame)) : frame.request.body;
        return callOwn(frame, operation, body);
      },
    };
  }

  return {
    *run(frame) {
      const body = shape ? withIdentity(system, frame.request.body, shape(frame)) : frame.request.body;
      const client = frame.host.calls.to(target);
      const { idempotencyKey, via, reply } = client.settings;
      const destination =
        via === null
          ? system.destination(service)
          : via === 'grpc'
            ? system.channels.destination(frame.host, service, client.channel)
            : overChannel(system, frame.host, via, operation, reply);
      const call: Call = {
        place,
        callee,
        destination,
        client,
        body,
        thing: aboutWhom(system, body, frame.request.thing),
        key: idempotencyKey === null ? null : keyFormula(idempotencyKey),
        reading: each ? { window: client.channel.flowControlWindow, each, begun: false } : undefined,
      };
      const { batch } = client.settings;
      const outcome = batch
        ? yield* frame.loader(target, () => new Loader(call, batch.max)).load(frame, body)
        : yield* callThrough(frame, call);
      const { release } = frame;
      const translation =
        system.contracts && release
          ? system.contracts.translation(outcome.ok ? outcome.head?.written : undefined, release)
          : 0;
      if (translation > 0) yield system.sim.sleep(translation);
      return system.contracts && release
        ? system.contracts.readAnswer(outcome, release, frame, place)
        : outcome;
    },
  };
}
