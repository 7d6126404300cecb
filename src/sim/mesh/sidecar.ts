import type { Incoming } from '../calls/send.ts';
import type { Host } from '../flow/host.ts';
import type { Micros } from '../kernel/time.ts';
import { failed, type Outcome, RESET } from '../outcome.ts';
import type { Replica } from '../service/replica.ts';
import type { Service } from '../service/service.ts';
import type { System } from '../system.ts';
import { Cluster } from './cluster.ts';
import type { Mesh } from './mesh.ts';
import { type Forwarded, forward } from './outbound.ts';
import { areFlags } from './response-flags.ts';

/** Draws of one call's luck for its passages through sidecars. */
const PASSAGES = { out: 0, in: 1, inBack: 2, outBack: 3 } as const;

/** The proxy beside one replica, or beside a client that is part of the mesh: all its calls go out and come in here. */
export class Sidecar {
  readonly host: Host;
  readonly system: System;
  readonly mesh: Mesh;
  readonly #clusters = new Map<Service, Cluster>();

  constructor(system: System, mesh: Mesh, host: Host) {
    this.system = system;
    this.mesh = mesh;
    this.host = host;
  }

  /** Takes a call of its own application over. */
  forward(call: Omit<Forwarded, 'service'>): void {
    const service = this.mesh.serviceOf(call.destination);
    this.host.scope.spawn(forward(this, { ...call, service }));
  }

  /** Takes a request in for its own application, which `take`s it if it is let through. */
  receive(incoming: Incoming, replica: Replica, take: (incoming: Incoming) => void): void {
    const { sim } = this.system;
    const { key, variant } = luckOf(incoming);
    const { owner } = this.host;
    const passing = new Passing(incoming, replica, this.passage(owner, key, variant, 'inBack'), this.system);
    sim.after(this.passage(owner, key, variant, 'in'), () => {
      if (replica.up) take(passing);
      else passing.answer(RESET, incoming.cause);
    });
  }

  /** How long one passage takes, for calls to a destination. */
  passage(destination: string, key: number, variant: number, passage: keyof typeof PASSAGES): Micros {
    return this.mesh.latency(destination, key, variant, PASSAGES[passage]);
  }

  /** What it knows of a destination; anew where the settings have changed. */
  cluster(service: Service): Cluster {
    const policy = this.mesh.policy(service.name);
    const known = this.#clusters.get(service);
    if (known?.policy === policy) return known;
    const { system, host, mesh } = this;
    const dial = mesh.dialer(host, service);
    const cluster = new Cluster(system, host, service.name, policy, mesh.endpoints(service), dial);
    this.#clusters.set(service, cluster);
    return cluster;
  }

  /** The process is gone, and with it all it knew and every connection. */
  reset(): void {
    this.#clusters.clear();
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
  return TECHNICAL.has(reason) || areFlags(reason)
    ? failed(String(status), status, sent, retryAfter)
    : outcome;
}

const luckOf = ({ request }: Incoming) => ({ key: request.thing?.key ?? 0, variant: request.variant });

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
