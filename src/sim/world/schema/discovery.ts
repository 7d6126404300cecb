import { z } from 'zod';
import { distribution, duration } from '../quantities.ts';
import { declareForms } from './common.ts';

/** Whole seconds, as the products whose names these are write them. */
const secondsOf = (least: number, fallback: number) => z.int().min(least).max(86_400).default(fallback);

/** A list in a configuration file: what was there at the beginning, whatever becomes of it. */
const fixed = z.strictObject({ kind: z.literal('static') });

/** Addresses in DNS: a client asks once, and believes the answer for as long as that may be kept. */
const dns = z.strictObject({
  kind: z.literal('dns'),
  /** How long an answer may be kept (CoreDNS, as Kubernetes ships it: 30 s). */
  ttl: duration.default(30_000_000),
  /** From an instance's coming or going to the record. */
  propagation: duration.default(1_000_000),
  /** How long a lookup takes where nothing is kept. */
  lookup: distribution.default({ kind: 'lognormal', median: 20_000, sigma: 0.6919 }),
  /** The JVM's: seconds that it keeps an answer, whatever the record says; -1: for ever. Absent: the record's time. */
  'networkaddress.cache.ttl': z.int().min(-1).nullable().default(null),
  /** Seconds that “there is no such name” is kept: 10 in the JVM. */
  'networkaddress.cache.negative.ttl': secondsOf(0, 10),
});

/** A registry in which instances hold leases, after Eureka, with its names and defaults. */
const eureka = z.strictObject({
  kind: z.literal('eureka'),
  /** Between two heartbeats of an instance. */
  leaseRenewalIntervalInSeconds: secondsOf(1, 30),
  /** How long the registry waits for one; in truth twice as long, as Eureka's code itself remarks. */
  leaseExpirationDurationInSeconds: secondsOf(1, 90),
  /** Between two looks for leases that are over. */
  evictionIntervalTimerInMs: z.int().min(1).max(86_400_000).default(60_000),
  /** How old the copy of the registry may be that callers are given. */
  responseCacheUpdateIntervalMs: z.int().min(1).max(86_400_000).default(30_000),
  /** Between two questions of a caller. */
  registryFetchIntervalSeconds: secondsOf(1, 30),
  /** Evict nobody while fewer heartbeats come than are expected: it may be the registry that is cut off. */
  enableSelfPreservation: z.boolean().default(true),
  /** The share of the expected heartbeats at or below which it does. */
  renewalPercentThreshold: z.number().min(0).max(1).default(0.85),
});

/** A registry that tells its callers at once, after Consul with TTL checks and blocking queries. */
const consul = z.strictObject({
  kind: z.literal('consul'),
  /** An instance that was not heard of for so long is critical, and given to nobody. */
  ttl: duration.default(15_000_000),
  /** Between two heartbeats of an instance. */
  heartbeat: duration.default(5_000_000),
});

/** Endpoints behind one virtual address, after Kubernetes: ready instances only, once the news has come round. */
const kubernetes = z.strictObject({
  kind: z.literal('kubernetes'),
  /** From an instance's change to every node's knowing of it. */
  propagation: duration.default(1_000_000),
});

const kinds = [fixed, dns, eureka, consul, kubernetes] as const;

/** How callers find the instances of a service. */
export const discovery = z.discriminatedUnion('kind', kinds, {
  error: `expected one of ${kinds.map(({ shape }) => shape.kind.value).join(', ')}`,
});

/** Each kind by its name, for reference pages. */
export const discoveryKinds: ReadonlyMap<string, z.ZodObject> = new Map(
  kinds.map((kind) => [kind.shape.kind.value, kind]),
);

declareForms(discovery, (given) => discoveryKinds.get(String((given as { kind?: unknown }).kind)));

export type DiscoverySettings = z.output<typeof discovery>;
export type DnsSettings = z.output<typeof dns>;
export type EurekaSettings = z.output<typeof eureka>;
export type ConsulSettings = z.output<typeof consul>;
