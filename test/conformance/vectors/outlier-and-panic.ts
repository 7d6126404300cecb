import {
  ejectionTime,
  mayEject,
  OutlierDetector,
  successRateThreshold,
} from '../../../src/sim/mesh/outlier-detection.ts';
import { priorityShares } from '../../../src/sim/mesh/panic.ts';
import { policyOf } from '../../../src/sim/mesh/policy.ts';
import { UpstreamHost } from '../../../src/sim/mesh/upstream-host.ts';
import { meshDestination } from '../../../src/sim/world/schema/mesh.ts';
import type { Checked } from '../vectors.ts';

interface Document {
  readonly ejectionCeiling: readonly {
    readonly hosts: number;
    readonly max_ejection_percent: number;
    readonly maxEjected: number;
    readonly maxEjectedWithAlwaysEjectOneHost: number;
  }[];
  readonly ejectionTime: {
    readonly base_ejection_time_s: number;
    readonly max_ejection_time_s: number;
    readonly byConsecutiveEjection: readonly { readonly ejection: number; readonly seconds: number }[];
  };
  readonly successRate: readonly {
    readonly rates: readonly number[];
    readonly factor: number;
    readonly threshold: number;
    readonly ejected: readonly number[];
  }[];
  readonly panicTwoPriorities: readonly {
    readonly p0HealthyPercent: number;
    readonly p1HealthyPercent: number;
    readonly p0TrafficPercent: number;
    readonly p0Panic: boolean;
    readonly p1TrafficPercent: number;
    readonly p1Panic: boolean;
  }[];
  readonly panicSinglePriority: readonly {
    readonly hosts: number;
    readonly healthy: number;
    readonly healthy_panic_threshold?: number;
    readonly panic: boolean;
  }[];
}

/** Envoy's default. */
const THRESHOLD = 50;

/**
 * Traffic of a first priority that two rows of Envoy's page on panic state without the overprovisioning factor, by
 * healthy percents: its page on priorities gives 70 and 35 for the same hosts, and so does the formula there, which
 * all other rows of both pages follow. These two are held against that.
 */
const CORRECTED: ReadonlyMap<string, number> = new Map([
  ['50/60', 70],
  ['25/100', 35],
]);

/** Who is ejected, for how long, and where traffic goes when few are left. */
export function outlierAndPanic(document: unknown): readonly Checked[] {
  const given = document as Document; // a file of our own
  return [
    ...given.ejectionCeiling.flatMap(({ hosts, max_ejection_percent, ...expected }) =>
      [false, true].map((always) => ({
        name: `${hosts} hosts, ${max_ejection_percent} %${always ? ', always one' : ''}: ejected at most`,
        expected: always ? expected.maxEjectedWithAlwaysEjectOneHost : expected.maxEjected,
        got: mostEjected(hosts, max_ejection_percent, always),
      })),
    ),
    ...times(given.ejectionTime),
    ...given.successRate.flatMap(successRate),
    ...given.panicTwoPriorities.map(twoPriorities),
    ...given.panicSinglePriority.map(({ hosts, healthy, healthy_panic_threshold, panic }) => ({
      name: `${healthy} of ${hosts} healthy, threshold ${healthy_panic_threshold ?? THRESHOLD}: panic`,
      expected: panic,
      got: priorityShares([{ hosts, healthy }], healthy_panic_threshold ?? THRESHOLD)[0]?.panic,
    })),
  ];
}

/** Ejects hosts until no more may go. */
function mostEjected(hosts: number, maxEjectionPercent: number, alwaysEjectOneHost: boolean): number {
  let ejected = 0;
  while (ejected < hosts && mayEject(hosts, ejected, { maxEjectionPercent, alwaysEjectOneHost })) ejected++;
  return ejected;
}

function times({
  base_ejection_time_s,
  max_ejection_time_s,
  byConsecutiveEjection,
}: Document['ejectionTime']): Checked[] {
  const settings = {
    baseEjectionTime: base_ejection_time_s * 1_000_000,
    maxEjectionTime: max_ejection_time_s * 1_000_000,
  };
  return byConsecutiveEjection.map(({ ejection, seconds }) => ({
    name: `seconds of ejection ${ejection} in a row`,
    expected: seconds,
    got: ejectionTime(ejection, settings) / 1_000_000,
  }));
}

/** The threshold, and whom a detector ejects that has seen hosts do so well over 100 requests each. */
function successRate({ rates, factor, threshold, ejected }: Document['successRate'][number]): Checked[] {
  const settings = meshDestination.parse({
    profile: 'envoy',
    outlierDetection: { consecutive5xxErrors: 0, maxEjectionPercent: 100 },
  });
  const { outlierDetection } = policyOf(settings);
  const out: UpstreamHost[] = [];
  const observer = {
    ejected: (host: UpstreamHost) => out.push(host),
    overflowed: () => {},
    returned: () => {},
  };
  const hosts = rates.map((rate, at) => new UpstreamHost(`host-${at}`, rate, 0));
  if (outlierDetection) {
    const detector = new OutlierDetector(outlierDetection, observer, () => 0);
    detector.hosts = hosts;
    for (const host of hosts)
      for (let request = 0; request < 100; request++)
        detector.answered(host, request < Number(host.target) ? 200 : 500, false);
    detector.sweep();
  }
  const name = `success rates ${rates.join(' ')}`;
  return [
    { name: `${name}: threshold`, expected: threshold, got: rounded(successRateThreshold(rates, factor)) },
    { name: `${name}: ejected`, expected: ejected, got: out.map(({ target }) => target) },
  ];
}

function twoPriorities(row: Document['panicTwoPriorities'][number]): Checked {
  const {
    p0HealthyPercent: p0,
    p1HealthyPercent: p1,
    p0TrafficPercent,
    p0Panic,
    p1TrafficPercent,
    p1Panic,
  } = row;
  const corrected = CORRECTED.get(`${p0}/${p1}`);
  const shares = priorityShares(
    [p0, p1].map((healthy) => ({ hosts: 100, healthy })),
    THRESHOLD,
  );
  return {
    name: `two priorities, ${p0} and ${p1} % healthy: traffic and panic`,
    expected: [
      { load: corrected ?? p0TrafficPercent, panic: p0Panic },
      { load: corrected === undefined ? p1TrafficPercent : 100 - corrected, panic: p1Panic },
    ],
    got: shares,
  };
}

const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
