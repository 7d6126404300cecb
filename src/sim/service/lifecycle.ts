import { mix } from '../kernel/luck.ts';
import { type Micros, seconds } from '../kernel/time.ts';
import { NONE } from '../recorder.ts';
import type { System } from '../system.ts';
import type { PodSettings, ProbeSettings } from '../world/schema/pod.ts';
import { Probe } from './probe.ts';
import type { Replica } from './replica.ts';

/** The wait before a further restart doubles up to a bound, and begins anew after a quiet while (CrashLoopBackOff). */
const RESTART_WAIT: Micros = seconds(10);
const LONGEST_WAIT: Micros = seconds(300);
const QUIET: Micros = seconds(600);

/**
 * The life of one instance as Kubernetes leads it: it starts, is probed, becomes ready, is told to end, drains, and ends.
 *
 * Two things happen at once when it is to end: it is taken out of the lists of those who take requests, and it goes
 * through its hook, SIGTERM and, if it takes too long, SIGKILL.
 */
export class Lifecycle {
  readonly #system: System;
  readonly #replica: Replica;
  readonly #pod: () => PodSettings;
  #probes: Probe[] = [];
  /** Rises with each process, so that what was due for another is not done to this one. */
  #process = 0;
  #ending = false;
  #restarts = 0;
  #restartedAt: Micros = 0;
  #readySince: Micros = 0;
  #whenReady: (() => void) | null = null;
  /** What comes after the end that has been announced. */
  #afterEnd: ((record: number) => void) | null = null;

  constructor(system: System, replica: Replica, pod: () => PodSettings) {
    this.#system = system;
    this.#replica = replica;
    this.#pod = pod;
  }

  /** Whether it has been told to end. */
  get ending(): boolean {
    return this.#ending;
  }

  /** Since when it has been ready, if it is. */
  get readySince(): Micros {
    return this.#readySince;
  }

  /** A process has been started; at the beginning of time all are up and ready. */
  begin(): void {
    const { sim } = this.#system;
    const { startup, startupProbe, readinessProbe } = this.#pod();
    const process = ++this.#process;
    const old = sim.now === 0;
    this.#ending = false;
    this.#readySince = sim.now;
    this.#replica.listening = old || startup === 0;
    this.#replica.ready = old || (startupProbe === null && readinessProbe === null);
    if (!this.#replica.listening)
      sim.after(startup, () => {
        if (process === this.#process) this.#replica.listening = true;
      });
    if (startupProbe && !old) this.#probeStart(startupProbe);
    else this.#probe(old);
    if (this.#replica.ready) this.#isReady(NONE);
  }

  /** The process is gone, whatever was the reason. One that dies as it is to end has ended. */
  gone(record: number): void {
    this.#process++;
    this.#stopProbes();
    const then = this.#afterEnd;
    this.#afterEnd = null;
    if (then) this.#system.sim.after(0, () => then(record));
  }

  /** Replaces it by a new instance of a version; `then` once that is ready. */
  replace(version: string, cause: number, then: () => void): void {
    const replica = this.#replica;
    this.#end(true, `${version} takes its place`, cause, (record) => {
      replica.life++;
      replica.version = version;
      this.#whenReady = replica.managed ? then : null;
      this.#system.log.note('deployed', replica.name, undefined, record, record, 0, version);
      replica.restart(record);
      if (!replica.managed) then();
    });
  }

  /** Tells once the instance is ready. */
  whenReady(then: () => void): void {
    if (this.#replica.ready) then();
    else this.#whenReady = then;
  }

  /** Takes it away; if it is wanted again by the time it has ended, a new one takes its place. */
  retire(): void {
    this.#end(true, 'fewer are wanted', NONE, (record) => this.#replica.restart(record));
  }

  /** Until it has started nobody asks it anything else; if that takes too long it is restarted. */
  #probeStart(settings: ProbeSettings): void {
    this.#stopProbes();
    const probe = new Probe(this.#system, this.#replica, 'startup', settings, ({ good, length, cause }) => {
      if (good) {
        this.#probe(false);
        if (this.#pod().readinessProbe === null) this.#isReady(cause);
      } else if (length === settings.failureThreshold) this.#restart('startup', cause);
    });
    this.#probes.push(probe);
    probe.begin(seconds(settings.initialDelaySeconds));
  }

  #probe(old: boolean): void {
    const { readinessProbe, livenessProbe } = this.#pod();
    this.#stopProbes();
    if (readinessProbe)
      this.#probes.push(
        new Probe(this.#system, this.#replica, 'readiness', readinessProbe, ({ good, length, cause }) => {
          const { successThreshold, failureThreshold } = readinessProbe;
          if (good && !this.#replica.ready && length >= successThreshold) this.#isReady(cause);
          if (!good && this.#replica.ready && length >= failureThreshold) this.#isNotReady(cause);
        }),
      );
    if (livenessProbe)
      this.#probes.push(
        new Probe(this.#system, this.#replica, 'liveness', livenessProbe, ({ good, length, cause }) => {
          if (!good && length === livenessProbe.failureThreshold) this.#restart('liveness', cause);
        }),
      );
    for (const [at, probe] of this.#probes.entries()) {
      const { initialDelaySeconds, periodSeconds } = probe.settings;
      // Instances that were there before are asked at moments of their own.
      const phase = this.#system.luck.stream('probes').uniform(mix(this.#replica.name.hash, at));
      probe.begin(old ? Math.floor(phase * seconds(periodSeconds)) : seconds(initialDelaySeconds));
    }
  }

  #stopProbes(): void {
    for (const probe of this.#probes) probe.end();
    this.#probes = [];
  }

  #isReady(cause: number): void {
    const replica = this.#replica;
    const before = replica.ready;
    replica.ready = true;
    if (!before) {
      this.#readySince = this.#system.sim.now;
      this.#system.log.note('ready', replica.name, undefined, cause, NONE, 0, 'ready');
      this.#system.told(replica);
    }
    const then = this.#whenReady;
    this.#whenReady = null;
    then?.();
  }

  #isNotReady(cause: number): void {
    const replica = this.#replica;
    replica.ready = false;
    this.#system.log.note('ready', replica.name, undefined, cause, NONE, 0, 'not ready');
    this.#system.told(replica);
  }

  /** A probe has failed too often: the same instance begins anew, at the same address. */
  #restart(probe: 'startup' | 'liveness', cause: number): void {
    const { sim } = this.#system;
    if (this.#ending) return;
    if (sim.now - this.#restartedAt >= QUIET) this.#restarts = 0;
    this.#end(false, `its ${probe} probe failed`, cause, (record) => {
      let wait = this.#restarts === 0 ? 0 : RESTART_WAIT;
      for (let i = 1; i < this.#restarts && wait < LONGEST_WAIT; i++) wait *= 2;
      this.#restarts++;
      sim.after(Math.min(wait, LONGEST_WAIT), () => {
        this.#restartedAt = sim.now;
        this.#replica.restart(record);
      });
    });
  }

  /** Ends the process: hook, SIGTERM, SIGKILL. `announced`: the instance itself goes, so lists are told at once. */
  #end(announced: boolean, why: string, cause: number, then: (record: number) => void): void {
    const replica = this.#replica;
    if (!replica.up) {
      then(cause);
      return;
    }
    if (this.#ending) return;
    this.#ending = true;
    const { sim, log } = this.#system;
    const { preStop, shutdown, terminationGracePeriodSeconds } = this.#pod();
    const process = this.#process;
    const alive = () => process === this.#process;
    const record = log.note('terminating', replica.name, undefined, cause, NONE, replica.inside, why);
    if (announced) {
      this.#stopProbes();
      replica.ready = false;
      this.#system.told(replica);
    }
    if (announced) this.#afterEnd = then;
    const exit = (how: string) => {
      this.#afterEnd = null;
      then(replica.stop(record, how));
    };
    const grace = seconds(terminationGracePeriodSeconds);
    sim.after(grace, () => {
      if (alive()) exit('SIGKILL');
    });
    if (preStop >= grace) return;
    const terminate = () => {
      if (!alive()) return;
      this.#system.discovery?.leaving(replica);
      if (shutdown === 'immediate' || replica.inside === 0) {
        exit('SIGTERM');
        return;
      }
      replica.listening = false;
      replica.whenEmpty = () => {
        // After the last request has ended, and not in the middle of its end.
        replica.whenEmpty = null;
        sim.after(0, () => {
          if (alive()) exit('SIGTERM');
        });
      };
    };
    // A process that stands still does not hear its signal before it goes on.
    sim.after(preStop, () => replica.scope.whenRunning(terminate));
  }
}
