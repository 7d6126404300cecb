import { z } from 'zod';
import { ackTimeout } from './ack-timeout.ts';
import { authDown } from './auth-down.ts';
import { certExpire } from './cert-expire.ts';
import { clock } from './clock.ts';
import { configPush } from './config-push.ts';
import { cpuSteal } from './cpu-steal.ts';
import { crash } from './crash.ts';
import { crashAt } from './crash-at.ts';
import { deploy } from './deploy.ts';
import { dnsEmpty } from './dns-empty.ts';
import { dnsSlow } from './dns-slow.ts';
import { dnsStale } from './dns-stale.ts';
import { drop } from './drop.ts';
import { dropReply } from './drop-reply.ts';
import { duplicate } from './duplicate.ts';
import { errors } from './errors.ts';
import { failover } from './failover.ts';
import { type FaultDefinition, type FaultDocument, occasion } from './fault.ts';
import { flush } from './flush.ts';
import { halfOpen } from './half-open.ts';
import { hang } from './hang.ts';
import { hotKey } from './hot-key.ts';
import { isrShrink } from './isr-shrink.ts';
import { jitter } from './jitter.ts';
import { latency } from './latency.ts';
import { loseCommits } from './lose-commits.ts';
import { memoryAlarm } from './memory-alarm.ts';
import { misroute } from './misroute.ts';
import { partition } from './partition.ts';
import { pause } from './pause.ts';
import { poison } from './poison.ts';
import { policyDeny } from './policy-deny.ts';
import { poolExhaust } from './pool-exhaust.ts';
import { poolPoison } from './pool-poison.ts';
import { queueLimit } from './queue-limit.ts';
import { quotaCut } from './quota-cut.ts';
import { rebalance } from './rebalance.ts';
import { redrive } from './redrive.ts';
import { retentionCut } from './retention-cut.ts';
import { sidecarDown } from './sidecar-down.ts';
import { slow } from './slow.ts';
import { slowUnknown } from './slow-unknown.ts';
import { staleEndpoints } from './stale-endpoints.ts';
import { stuckCanary } from './stuck-canary.ts';
import { surge } from './surge.ts';
import { thirdParty429 } from './third-party-429.ts';
import { trustSplit } from './trust-split.ts';
import { ttlAlign } from './ttl-align.ts';
import { unroutable } from './unroutable.ts';
import { zoneOutage } from './zone-outage.ts';

/** Every fault a scenario may name. To add one: write its file, then list it here. */
export const faults = {
  latency,
  jitter,
  drop,
  dropReply,
  duplicate,
  partition,
  slow,
  hang,
  halfOpen,
  pause,
  cpuSteal,
  crash,
  crashAt,
  zoneOutage,
  errors,
  surge,
  hotKey,
  flush,
  ttlAlign,
  poolExhaust,
  poolPoison,
  clock,
  certExpire,
  trustSplit,
  sidecarDown,
  staleEndpoints,
  policyDeny,
  dnsStale,
  dnsEmpty,
  dnsSlow,
  configPush,
  misroute,
  authDown,
  quotaCut,
  thirdParty429,
  slowUnknown,
  stuckCanary,
  poison,
  redrive,
  memoryAlarm,
  queueLimit,
  ackTimeout,
  unroutable,
  deploy,
  failover,
  isrShrink,
  rebalance,
  retentionCut,
  loseCommits,
} as const;

/** The same list, for those who look a fault up by its name. */
export const faultsByKind: ReadonlyMap<string, FaultDefinition> = new Map(
  Object.entries(faults) as unknown as [string, FaultDefinition][], // each injects the settings that its own fields describe
);

/** One strict object for each fault: its own settings, and when and how often it strikes. */
export const faultForms: ReadonlyMap<string, z.ZodObject> = new Map(
  [...faultsByKind].map(([kind, { fields, summary }]) => [
    kind,
    z.strictObject({ ...occasion, ...fields }).meta({ description: summary }),
  ]),
);

/** The kinds that a fault's keys name. A key may be a setting of another kind that is there: `crash` of `poison`. */
export function kindsNamed(given: Readonly<Record<string, unknown>>): string[] {
  const kinds = Object.keys(given).filter((key) => faultForms.has(key) && given[key] !== null);
  const isSetting = (kind: string, of: string) =>
    of !== kind && Object.hasOwn(faultsByKind.get(of)?.fields ?? {}, kind);
  return kinds.filter((kind) => !kinds.some((other) => isSetting(kind, other)));
}

const faultUnion = z.union([...faultForms.values()] as [z.ZodObject, ...z.ZodObject[]]);

/** `{ latency: payment, x: 4, during: 60s..75s }`: exactly one kind with its target, and settings. */
export const fault = z
  .custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    {
      error: 'expected a fault such as { latency: payment, x: 4, during: 60s..75s }',
    },
  )
  .meta({ override: faultUnion })
  .transform((given, context): FaultDocument => {
    const kinds = kindsNamed(given);
    const kind = kinds[0];
    if (kind === undefined || kinds.length > 1) {
      context.addIssue({
        code: 'custom',
        params: { kinds },
        message:
          kind === undefined
            ? `a fault needs a kind: one of ${[...faultForms.keys()].join(', ')}`
            : `the fault has two kinds, ${kinds.map((name) => `\`${name}\``).join(' and ')}. Write two faults`,
      });
      return z.NEVER;
    }
    const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
    const result = (faultForms.get(kind) as z.ZodObject).safeParse(present);
    if (!result.success) {
      for (const issue of result.error.issues) context.addIssue({ ...issue } as never);
      return z.NEVER;
    }
    const settings = result.data as FaultDocument['settings'];
    return { kind, target: String(settings[kind]), settings };
  });
