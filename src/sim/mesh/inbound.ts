import type { Incoming } from '../calls/send.ts';
import type { Micros } from '../kernel/time.ts';
import { type Failed, failed, type Outcome, RESET } from '../outcome.ts';
import { NONE } from '../recorder.ts';
import type { Replica } from '../service/replica.ts';
import type { System } from '../system.ts';
import { isAllowed } from './authorization.ts';
import { blamed, DENIED } from './blame.ts';
import { spiffeId } from './identity.ts';
import type { Mesh } from './mesh.ts';
import { areFlags } from './response-flags.ts';

/** What a sidecar on the callee's side does not let through: what the caller is told, and why. */
interface Refusal {
  readonly outcome: Failed;
  readonly why: string;
  /** The record that led to it. */
  readonly cause: number;
}

/** STRICT: the connection is broken off before any HTTP is spoken, so there is no status. */
const NO_TLS = failed('tls', 503, 'never');
/** Envoy's RBAC filter. */
const NO_RIGHT = failed('authz', 403, 'never');

/** Takes a request through the sidecar of the replica it is for: first the filters, then the application. */
export function receive(
  system: System,
  mesh: Mesh,
  incoming: Incoming,
  replica: Replica,
  take: (incoming: Incoming) => void,
  [there, back]: readonly [Micros, Micros],
): void {
  const passing = new Passing(incoming, replica, back, system);
  const refusal = refuse(mesh, incoming, replica);
  const wrong = refusal ? mesh.wrongSettings(replica.owner, replica) : [];
  system.sim.after(there, () => {
    if (!replica.up) {
      passing.answer(RESET, incoming.cause);
      return;
    }
    if (!refusal) {
      take(passing);
      return;
    }
    const { outcome, why } = refusal;
    const status = outcome === NO_TLS ? 0 : outcome.failure.status;
    const { operation, request } = incoming;
    const subject = request.thing?.recorded;
    const cause = blamed(wrong, [DENIED], subject, refusal.cause, refusal.cause);
    const record = system.log.note('denied', operation, subject, cause, NONE, status, why, replica.name);
    incoming.answer(outcome, record);
  });
}

/** Why a request does not get in; null if it does. */
function refuse(mesh: Mesh, incoming: Incoming, replica: Replica): Refusal | null {
  const { from, operation, request, cause } = incoming;
  for (const fault of mesh.policyFaults) {
    const struck = fault(replica, incoming);
    if (struck !== null)
      return {
        outcome: NO_RIGHT,
        why: 'RBAC: access denied, by a policy that lets nobody in',
        cause: struck,
      };
  }
  const { mtls, authorization: allow, deny } = mesh.settings(replica.owner, replica);
  const peer = mesh.peerOf(from, replica, request.credentials.caller);
  if (mtls === 'STRICT' && peer === null && !isIngress(replica))
    return { outcome: NO_TLS, why: 'it came as plain text, and mutual TLS is STRICT here', cause };
  if (allow === null && deny === null) return null;
  const name = operation.text.slice(replica.owner.length + 1);
  if (isAllowed({ allow, deny }, name, peer)) return null;
  const who = peer === null ? 'it came as plain text, from nobody known' : `it came from ${spiffeId(peer)}`;
  return { outcome: NO_RIGHT, why: `RBAC: access denied; ${who}`, cause };
}

/** A service with routes is a gateway of the mesh: those outside are its callers, and it meets them without mutual TLS. */
const isIngress = ({ service }: Replica): boolean => Object.keys(service.settings.routes).length > 0;

/** A request on its way through the callee's sidecar; its answer passes there again. */
class Passing implements Incoming {
  readonly #outer: Incoming;
  readonly #replica: Replica;
  readonly #back: Micros;
  readonly #system: System;

  constructor(outer: Incoming, replica: Replica, back: Micros, system: System) {
    this.#outer = outer;
    this.#replica = replica;
    this.#back = back;
    this.#system = system;
  }

  get request() {
    return this.#outer.request;
  }

  get operation() {
    return this.#outer.operation;
  }

  get from() {
    return this.#outer.from;
  }

  get cause() {
    return this.#outer.cause;
  }

  get expires() {
    return this.#outer.expires;
  }

  wanted(): boolean {
    return this.#outer.wanted();
  }

  answer(outcome: Outcome, cause: number): void {
    const told = this.#replica.up ? overHttp(outcome) : outcome;
    this.#system.sim.after(this.#back, () => this.#outer.answer(told, cause));
  }
}

/** What a service met on its own way, and hands on: its caller sees a status, and takes it for this service's answer. */
const TECHNICAL: ReadonlySet<string> = new Set([
  'timeout',
  'reset',
  'connect-failure',
  'refused-stream',
  'open',
  'full',
  'disabled',
  'tls',
]);

function overHttp(outcome: Outcome): Outcome {
  if (outcome.ok) return outcome;
  const { reason, status, sent, retryAfter } = outcome.failure;
  const technical = TECHNICAL.has(reason) || areFlags(reason);
  return technical ? failed(String(status), status, sent, retryAfter) : outcome;
}
