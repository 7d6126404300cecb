import { callThrough } from '../calls/call-through.ts';
import type { Frame } from '../flow/frame.ts';
import type { Body } from '../flow/request.ts';
import type { Process } from '../kernel/process.ts';
import { DONE, failed, type Outcome } from '../outcome.ts';
import { Name } from '../recorder.ts';

/** What is told of an authorization server that gives nothing out. */
const DOWN = failed('503', 503);

/**
 * Calls an operation of the authorization server: `token` or `jwks`.
 *
 * Where its service has no such operation the answer is there at once and costs nothing.
 */
export function* askIssuer(frame: Frame, operation: 'token' | 'jwks', body: Body): Process<Outcome> {
  const { system, host } = frame;
  const { name } = system.issuer;
  for (const outage of system.issuer.outages) {
    const struck = outage(frame, operation);
    if (struck === null) continue;
    frame.cause = struck;
    return DOWN;
  }
  if (!system.services.get(name)?.entry(operation)) return DONE;
  const callee = `${name}.${operation}`;
  return yield* callThrough(frame, {
    place: new Name(`${host.owner}.${operation}`),
    callee: new Name(callee),
    destination: system.destination(name),
    client: host.calls.to(callee),
    body,
    thing: frame.request.thing,
    key: null,
  });
}
