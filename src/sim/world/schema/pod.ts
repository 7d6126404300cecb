import { z } from 'zod';
import { duration } from '../quantities.ts';
import { id } from './common.ts';

const seconds = (least: number, fallback: number) => z.int().min(least).max(86_400).default(fallback);

/** What a node asks of an instance again and again, with Kubernetes' names and defaults. */
const probe = z.strictObject({
  /** The operation that is asked, which takes a worker as any request does; absent: whether it listens (`tcpSocket`). */
  httpGet: id.nullable().default(null),
  initialDelaySeconds: seconds(0, 0),
  periodSeconds: seconds(1, 10),
  timeoutSeconds: seconds(1, 1),
  successThreshold: z.int().min(1).max(100).default(1),
  failureThreshold: z.int().min(1).max(100).default(3),
});

/** The life of an instance as Kubernetes leads it. */
export const pod = z.strictObject({
  /** From the start of a process to its listening. */
  startup: duration.default(0),
  /** Whether it has started: the other probes wait for that, and it is restarted if that takes too long. */
  startupProbe: probe.nullable().default(null),
  /** Whether requests should come. Absent: they should as soon as the process has been started. */
  readinessProbe: probe.nullable().default(null),
  /** Whether it should be restarted. */
  livenessProbe: probe.nullable().default(null),
  /** What it goes on serving before it is told to end, while news of that travels (a `sleep` hook). */
  preStop: duration.default(0),
  /** What its process does when it is told to end: exits, or takes nothing new and finishes what it has. */
  shutdown: z.enum(['immediate', 'graceful']).default('immediate'),
  /** From the decision to the end by force, `preStop` included. */
  terminationGracePeriodSeconds: seconds(0, 30),
});

export type PodSettings = z.output<typeof pod>;
export type ProbeSettings = z.output<typeof probe>;
