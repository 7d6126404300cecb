import { compileExpression, type Expression, type ExpressionFunction } from '../expression/expression.ts';
import type { Value } from '../expression/value.ts';
import type { Micros } from '../kernel/time.ts';
import { Name, NONE } from '../recorder.ts';
import type { System } from '../system.ts';
import type { RolloutSettings } from '../world/schema/mesh.ts';
import { chanceOfBeingWorse } from './fisher.ts';

/** What sidecars have seen of one version since a step began. */
class Seen {
  requests = 0;
  failures = 0;
  readonly times: number[] = [];
}

/** What a gate can ask about: what sidecars have seen, by `service@version`. */
interface Telemetry {
  /** Since the step began. */
  now(place: string): Seen;
  /** In the last step, or before the rollout, in which it gave so many answers; else since the step began. */
  reference(place: string, least: number): Seen;
}

/** By so little chance a version that is as good as the other looks this much worse: three standard deviations. */
const CHANCE = 0.00135;
/** Answers that either version must have given to be compared: what Kayenta's authors ask of a metric. */
const LEAST = 50;

const text = (value: Value | undefined): string => String(value ?? '');
const rateOf = ({ requests, failures }: Seen): number => (requests === 0 ? 0 : failures / requests);

/** Functions of a gate. They count since the step began, as the sidecars of all callers see it. */
const gateFunctions: ReadonlyMap<string, ExpressionFunction<Telemetry>> = new Map<
  string,
  ExpressionFunction<Telemetry>
>([
  [
    'requests',
    {
      summary: 'answers of a version since the step began',
      arity: [1, 1],
      call: ({ now }, [place]) => now(text(place)).requests,
    },
  ],
  [
    'errorRate',
    {
      summary: 'the share of them that were errors, from 0 to 1',
      arity: [1, 1],
      call: ({ now }, [place]) => rateOf(now(text(place))),
    },
  ],
  [
    'p',
    {
      summary: 'a percentile of the times that answers took, in microseconds: p(99, place)',
      arity: [2, 2],
      call: ({ now }, [rank, place]) => percentile(now(text(place)).times, Number(rank)),
    },
  ],
  [
    'differs',
    {
      summary:
        'whether the first version has clearly more errors than the second: since the step began, or than it had when it last had enough answers (50, or a third argument)',
      arity: [2, 3],
      call: ({ now, reference }, [one, other, given]) => {
        const least = given === undefined ? LEAST : Number(given);
        const mate = now(text(other));
        return isWorse(now(text(one)), mate.requests < least ? reference(text(other), least) : mate, least);
      },
    },
  ],
]);

/** Whether one has more errors than chance would give it. Fewer answers than `least` of either are no ground for a judgement. */
function isWorse(one: Seen, other: Seen, least: number): boolean {
  if (one.requests < least || other.requests < least) return false;
  return rateOf(one) > rateOf(other) && chanceOfBeingWorse(one, other) < CHANCE;
}

function percentile(times: readonly number[], rank: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)] ?? 0;
}

/** Compiles a gate, or throws an `ExpressionProblem`. */
export const compileGate = (source: string): Expression<Telemetry> =>
  compileExpression(source, { slots: new Map(), functions: gateFunctions });

/**
 * Moves a destination's traffic to another version step by step. At the end of a step the next one begins; whenever the
 * gate says so all traffic goes back, and the rollout is over.
 */
export class Rollout {
  readonly #system: System;
  readonly #service: string;
  readonly #settings: RolloutSettings;
  readonly #gate: Expression<Telemetry> | null;
  readonly #shift: (weights: Readonly<Record<string, number>>) => void;
  readonly #name: Name;
  #seen = new Map<string, Seen>();
  /** The same for the steps before, the last one first. */
  readonly #before: Map<string, Seen>[] = [];
  readonly #telemetry: Telemetry = {
    now: (place) => this.#of(place),
    reference: (place, least) =>
      this.#before.map((step) => step.get(place)).find((seen) => seen && seen.requests >= least) ??
      this.#of(place),
  };
  #step = -1;
  #stepEnds: Micros = 0;
  #over = false;

  constructor(
    system: System,
    service: string,
    settings: RolloutSettings,
    shift: (weights: Readonly<Record<string, number>>) => void,
  ) {
    this.#system = system;
    this.#service = service;
    this.#settings = settings;
    this.#gate = settings.gate === null ? null : compileGate(settings.gate);
    this.#shift = shift;
    this.#name = new Name(`${service}@${settings.to}`);
    this.#share(0);
    const { sim } = system;
    sim.at(Math.max(settings.at, sim.now), () => this.#advance());
  }

  /** Goes no further. */
  stop(): void {
    this.#over = true;
  }

  /** A version has answered a sidecar. */
  saw(version: string, ok: boolean, took: Micros): void {
    const seen = this.#of(`${this.#service}@${version}`);
    seen.requests++;
    if (!ok) seen.failures++;
    seen.times.push(took);
  }

  #of(place: string): Seen {
    const known = this.#seen.get(place);
    if (known) return known;
    const fresh = new Seen();
    this.#seen.set(place, fresh);
    return fresh;
  }

  #advance(): void {
    if (this.#over) return;
    const { steps, hold } = this.#settings;
    this.#step++;
    const share = steps[this.#step];
    if (share === undefined) {
      this.#over = true;
      this.#note('promoted', steps.at(-1) ?? 0);
      return;
    }
    this.#share(share);
    this.#before.unshift(this.#seen);
    this.#seen = new Map();
    this.#note('step', share);
    this.#stepEnds = this.#system.sim.now + hold;
    this.#watch();
  }

  #watch(): void {
    const { sim } = this.#system;
    const { interval } = this.#settings;
    const left = this.#stepEnds - sim.now; // nothing, where the step was held
    sim.after(Math.max(1, left > 0 ? Math.min(interval, left) : interval), () => {
      if (this.#over) return;
      const isBad = this.#gate?.evaluate([], this.#telemetry) === true;
      const isDue = sim.now >= this.#stepEnds;
      if ((isBad || isDue) && this.#system.services.get(this.#service)?.held) this.#watch();
      else if (isBad) {
        this.#over = true;
        this.#share(0);
        this.#note('rolled back', 0);
      } else if (isDue) this.#advance();
      else this.#watch();
    });
  }

  /** In parts per million. */
  #share(share: number): void {
    const { from, to } = this.#settings;
    this.#shift({ [from]: 1_000_000 - share, [to]: share });
  }

  #note(what: string, share: number): void {
    this.#system.log.note('rollout', this.#name, undefined, NONE, NONE, share / 10_000, what);
  }
}
