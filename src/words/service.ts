import { gaugeAt, gaugesOf } from '../scenarios/channels/gauges.ts';
import { type ServiceView, serviceAt, type WayView } from '../scenarios/instances/service.ts';
import type { Standing } from '../scenarios/instances/standing.ts';
import type { Micros } from '../sim/kernel/time.ts';
import type { Run } from '../sim/run.ts';
import { FIRST_VERSION } from '../sim/world/version.ts';
import type { Detail } from './detail.ts';
import { counted, listed } from './text.ts';

/**
 * What the mesh, the callers' libraries and a rollout know of a service's instances: versions, ejections, breakers,
 * panic, shares of the traffic, refused certificates, limits, streams that stand. Empty where none of that plays a part.
 */
export function serviceLines(run: Run, service: string, record: number, at: Micros): Detail[] {
  const view = serviceAt(run, service, record, at);
  return [
    ...(tellsInstances(view) ? view.instances.map((instance) => instanceLine(instance, view)) : []),
    ...[...view.shares].map(([version, share]) => ({
      name: `to ${version}`,
      text: `${share} % of the traffic`,
    })),
    ...view.ways.map(wayLine),
    ...refusedLines(view),
    ...certificateLines(run, service, at),
    ...limitLines(run, service, at),
    ...streamLines(run, service, at),
  ];
}

/** Instances are told of one by one where they differ. */
const tellsInstances = ({ instances }: ServiceView): boolean =>
  instances.some(
    ({ version, standing, outFor }) =>
      version !== FIRST_VERSION || standing !== 'serving' || outFor.length > 0,
  );

/** How bad it is that an instance does not serve: some of it is as it should be. */
const TONES: Partial<Record<Standing, 'warn' | 'bad'>> = {
  'not ready': 'warn',
  ending: 'warn',
  down: 'bad',
  'standing still': 'bad',
};

function instanceLine(
  { name, version, standing, outFor }: ServiceView['instances'][number],
  view: ServiceView,
): Detail {
  const mixed = view.instances.some((other) => other.version !== version);
  const told = mixed || version !== FIRST_VERSION ? [version] : [];
  if (standing !== 'serving') told.push(standing);
  if (outFor.length > 0) told.push(`ejected by ${listed(outFor)}`);
  const tone = outFor.length > 0 ? 'bad' : TONES[standing];
  return { name, text: told.length === 0 ? 'in use' : told.join(', '), ...(tone && { tone }) };
}

function wayLine({ caller, breaker, panic }: WayView): Detail {
  const told = breaker === null ? [] : [`breaker ${breaker}`];
  if (panic) told.push('panic: all instances, healthy or not');
  const calm = breaker === 'closed' && !panic;
  return { name: caller, text: told.join(', '), ...(!calm && { tone: 'warn' }) };
}

const refusedLines = ({ refused: { count, why } }: ServiceView): Detail[] =>
  count === 0 ? [] : [{ name: 'mTLS', text: `${counted(count, 'handshake')} failed: ${why}`, tone: 'bad' }];

/** A certificate that ends later than this is nothing to tell of. */
const SOON: Micros = 3_600_000_000;

/** The certificate that it showed last, by the true time: who checks it may have another one. */
function certificateLines(run: Run, service: string, at: Micros): Detail[] {
  const [gauge] = gaugesOf(run, 'valid until', service);
  const end = gauge ? gaugeAt(gauge, at) : null;
  if (end === null || end > at + SOON) return [];
  return end > at
    ? [{ name: 'certificate', text: `valid for ${roughly(end - at)} more` }]
    : [{ name: 'certificate', text: `ended ${roughly(at - end)} ago`, tone: 'bad' }];
}

/** What each limit had left after the last request that it counted. */
const limitLines = (run: Run, service: string, at: Micros): Detail[] =>
  [service, ...replicaNames(run, service)].flatMap((place) =>
    gaugesOf(run, 'left', place).flatMap((gauge): Detail[] => {
      const left = gaugeAt(gauge, at);
      if (left === null) return [];
      const name = place === service ? gauge.of : `${place} ${gauge.of}`;
      return [{ name, text: `${left} left of its limit`, ...(left === 0 && { tone: 'warn' }) }];
    }),
  );

/** Messages of response streams that cannot be sent, and those that have come and are not read. */
const streamLines = (run: Run, service: string, at: Micros): Detail[] =>
  replicaNames(run, service).flatMap((name) =>
    (['unsent', 'unread'] as const).flatMap((measure) =>
      gaugesOf(run, measure, name).flatMap((gauge): Detail[] => {
        const left = gaugeAt(gauge, at) ?? 0;
        return left === 0 ? [] : [{ name, text: `${counted(left, 'message')} ${measure}`, tone: 'warn' }];
      }),
    ),
  );

const replicaNames = ({ world: { services } }: Run, service: string): string[] =>
  Array.from({ length: services[service]?.replicas ?? 0 }, (_, i) => `${service}[${i}]`);

/** A time for people, to two digits of its largest unit. */
function roughly(time: Micros): string {
  const seconds = Math.round(time / 1_000_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
