import { type Micros, seconds } from '../kernel/time.ts';
import type { System } from '../system.ts';
import type { AutoscaleSettings } from '../world/schema/autoscale.ts';
import type { Replica } from './replica.ts';
import { replicasAllowed } from './replicas-allowed.ts';
import type { Service } from './service.ts';

/** How often requests in the replicas are counted. */
const SAMPLE: Micros = seconds(1);

/** Where nothing else is asked for (autoscaling/v1). */
const USUAL_UTILIZATION = 80;

/** Scaling up, in one period: to twice as many or by so many, whichever is more (the default policies). */
const MOST_PODS = 4;
const MOST_TIMES = 2;

/** What one replica has told since the last look. */
interface Sample {
  /** Own work that it has begun, when the period began. */
  worked: Micros;
  /** Requests in it, summed over the counts of the period. */
  inside: number;
}

interface Recommendation {
  readonly at: Micros;
  readonly replicas: number;
}

/**
 * Kubernetes' horizontal pod autoscaler: compares what replicas do with what they should, on average, and sets how many
 * there are.
 *
 * A replica that is not ready yet counts as one that does nothing when there may be too few, and not at all when there
 * may be too many. Source: Kubernetes, "Horizontal Pod Autoscaling", replica_calculator.go.
 */
export class Autoscaler {
  readonly #system: System;
  readonly #service: Service;
  readonly #settings: AutoscaleSettings;
  readonly #samples = new Map<Replica, Sample>();
  #recommendations: Recommendation[] = [];
  #counts = 0;
  #stopped = false;

  constructor(system: System, service: Service, settings: AutoscaleSettings) {
    this.#system = system;
    this.#service = service;
    this.#settings = settings;
    system.sim.after(settings.syncPeriod, () => this.#look());
    if (settings.averageValue !== null) system.sim.after(SAMPLE, () => this.#count());
  }

  /** Other settings have taken its place. */
  stop(): void {
    this.#stopped = true;
  }

  #count(): void {
    if (this.#stopped) return;
    this.#counts++;
    for (const replica of this.#service.replicas) this.#sampleOf(replica).inside += replica.inside;
    this.#system.sim.after(SAMPLE, () => this.#count());
  }

  #sampleOf(replica: Replica): Sample {
    const known = this.#samples.get(replica);
    if (known) return known;
    const sample = { worked: 0, inside: 0 };
    this.#samples.set(replica, sample);
    return sample;
  }

  #look(): void {
    if (this.#stopped) return;
    const { averageUtilization, averageValue, syncPeriod } = this.#settings;
    const wanted = this.#service.each;
    const asked: { readonly replicas: number; readonly why: string }[] = [];
    const alive = this.#service.replicas.filter(({ up, index }) => up && index < wanted);
    if (averageUtilization !== null || averageValue === null) {
      const target = averageUtilization ?? USUAL_UTILIZATION;
      const usage = (replica: Replica) =>
        ((replica.worked - this.#sampleOf(replica).worked) * 100) /
        (replica.release.settings.workers * syncPeriod);
      asked.push(
        this.#recommended(alive, usage, target, (value) => `cpu ${Math.round(value)} % of ${target} %`),
      );
    }
    if (averageValue !== null) {
      const inside = (replica: Replica) => this.#sampleOf(replica).inside / Math.max(1, this.#counts);
      asked.push(
        this.#recommended(
          alive,
          inside,
          averageValue,
          (value) => `${Math.round(value * 10) / 10} requests of ${averageValue}`,
        ),
      );
    }
    const most = asked.reduce((one, other) => (other.replicas > one.replicas ? other : one));
    const next = this.#stabilized(most.replicas, wanted);
    if (next !== wanted) this.#service.scale(next, most.why);
    this.#counts = 0;
    for (const replica of this.#service.replicas) {
      const sample = this.#sampleOf(replica);
      sample.worked = replica.worked;
      sample.inside = 0;
    }
    this.#system.sim.after(syncPeriod, () => this.#look());
  }

  /** How many there should be for one metric, and what it is on average. */
  #recommended(
    alive: readonly Replica[],
    metric: (replica: Replica) => number,
    target: number,
    say: (average: number) => string,
  ): { readonly replicas: number; readonly why: string } {
    const wanted = this.#service.each;
    const { tolerance } = this.#settings;
    const ready = alive.filter((replica) => replica.ready && replica.listening);
    const sum = ready.reduce((total, replica) => total + metric(replica), 0);
    const average = ready.length === 0 ? 0 : sum / ready.length;
    const why = say(average);
    const ratio = average / target;
    if (ready.length === 0 || Math.abs(ratio - 1) <= tolerance) return { replicas: wanted, why };
    const others = alive.length - ready.length;
    if (ratio < 1 || others === 0) return { replicas: Math.ceil(ratio * ready.length), why };
    // Those that are not ready yet will take their share: they may be enough.
    const shared = sum / (target * alive.length);
    if (shared <= 1 + tolerance) return { replicas: wanted, why };
    return { replicas: Math.ceil(shared * alive.length), why };
  }

  /** Within its bounds and rates, and not more hastily than the windows allow. */
  #stabilized(recommended: number, wanted: number): number {
    const { scaleUp, scaleDown } = this.#settings;
    const { now } = this.#system.sim;
    const up = seconds(scaleUp.stabilizationWindowSeconds);
    const down = seconds(scaleDown.stabilizationWindowSeconds);
    this.#recommendations.push({ at: now, replicas: recommended });
    this.#recommendations = this.#recommendations.filter(({ at }) => at > now - Math.max(up, down, 1));
    let [least, most] = [recommended, recommended];
    for (const { at, replicas } of this.#recommendations) {
      if (at > now - up) least = Math.min(least, replicas);
      if (at > now - down) most = Math.max(most, replicas);
    }
    let next = wanted;
    if (least > wanted) next = Math.min(least, Math.max(wanted * MOST_TIMES, wanted + MOST_PODS));
    else if (most < wanted) next = most;
    return replicasAllowed({ replicas: next, autoscale: this.#settings });
  }
}
