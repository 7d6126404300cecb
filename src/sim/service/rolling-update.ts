import { type Micros, seconds } from '../kernel/time.ts';
import type { System } from '../system.ts';
import { rollingUpdate, rolloutBounds } from '../world/schema/rolling-update.ts';
import type { Replica } from './replica.ts';
import type { Service } from './service.ts';

/** For who says nothing of it. */
const NO_STRATEGY = rollingUpdate.parse({});

/** How often it looks whether it may go on, beside the moments at which a new instance is ready. */
const AGAIN: Micros = seconds(1);

/**
 * Replaces the instances of a service by such of another version, as a Deployment in Kubernetes does (RollingUpdate).
 *
 * Of the replicas that are wanted at most `maxUnavailable` are missing, whatever the reason, and at most `maxSurge` more
 * than those exist; who is not ready is replaced first. A version that is there already is replaced only where it is
 * deployed anew. A new instance counts once it has been ready for `interval` (`minReadySeconds`).
 *
 * A replica's place has one number: the new instance begins there when the old one has ended. Those beyond the wanted
 * have the numbers above, and leave when all others have been replaced.
 */
export class RollingUpdate {
  readonly #system: System;
  readonly #service: Service;
  readonly #version: string;
  readonly #interval: Micros;
  readonly #cause: number;
  /** Those that are still to be replaced. */
  readonly #old: Set<Replica>;
  /** Those whose new instance does not count yet. */
  readonly #inFlight = new Set<Replica>();
  #over = false;

  constructor(system: System, service: Service, version: string, interval: Micros, cause: number) {
    this.#system = system;
    this.#service = service;
    this.#version = version;
    this.#interval = interval;
    this.#cause = cause;
    const anew = version === service.deployed;
    this.#old = new Set(
      service.replicas.filter(
        (replica) =>
          replica.index < service.places &&
          (anew || replica.version !== version || (replica.up && replica.managed?.ending)),
      ),
    );
  }

  begin(): void {
    this.#look();
  }

  /** Another takes its place. */
  stop(): void {
    this.#over = true;
  }

  #look(): void {
    this.#step();
    if (!this.#over) this.#system.sim.after(AGAIN, () => this.#look());
  }

  #step(): void {
    const service = this.#service;
    if (this.#over || service.held) return;
    const { wanted } = service;
    // Who is not wanted any more is neither replaced nor waited for.
    for (const those of [this.#old, this.#inFlight])
      for (const replica of those) if (replica.index >= service.places) those.delete(replica);
    const { surge, unavailable } = rolloutBounds(service.settings.rollingUpdate ?? NO_STRATEGY, wanted);
    const most = Math.min(surge, wanted);
    while (this.#next() && service.surging < most && this.#add());
    for (;;) {
      const next = this.#next();
      if (!next || this.#inFlight.size >= unavailable + service.surging) break;
      if (next.serving && this.#available() <= wanted - unavailable) break;
      this.#replace(next);
    }
    if (this.#remain() || this.#inFlight.size > 0) return;
    this.#over = true;
    service.endSurge();
  }

  #remain(): boolean {
    return [...this.#old].some(({ index }) => index < this.#service.wanted);
  }

  /** Who is not ready costs nothing, and goes first. One that a rollout before has added serves until it leaves. */
  #next(): Replica | undefined {
    const candidates = [...this.#old].filter(({ up, managed }) => !(up && managed?.ending));
    return (
      candidates.find(({ serving }) => !serving) ??
      candidates.find(({ index }) => index < this.#service.wanted)
    );
  }

  #available(): number {
    return this.#service.replicas.filter((replica) => replica.serving && !this.#inFlight.has(replica)).length;
  }

  /** Starts one more than are wanted; false while the last one with its number is still ending. */
  #add(): boolean {
    const replica = this.#service.addSurge(this.#version, this.#cause, (ready) => this.#ready(ready));
    if (replica) this.#inFlight.add(replica);
    return replica !== null;
  }

  #replace(replica: Replica): void {
    this.#old.delete(replica);
    this.#inFlight.add(replica);
    const then = () => this.#ready(replica);
    if (replica.managed) replica.managed.replace(this.#version, this.#cause, then);
    else {
      replica.deploy(this.#version, this.#cause);
      then();
    }
  }

  /** One is ready. What it has been without a break counts: where there was one, it is waited for again. */
  #ready(replica: Replica): void {
    const since = replica.managed?.readySince;
    this.#system.sim.after(this.#interval, () => {
      const { managed } = replica;
      if (managed && (!replica.serving || managed.readySince !== since)) {
        managed.whenReady(() => this.#ready(replica));
        return;
      }
      this.#inFlight.delete(replica);
      this.#step();
    });
  }
}
