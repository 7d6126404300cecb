import { z } from 'zod';
import { duration } from '../quantities.ts';

const replicas = z.int().min(1).max(64);

const direction = (seconds: number) =>
  z
    .strictObject({
      /** The most careful of the recommendations of so long a time counts. */
      stabilizationWindowSeconds: z.int().min(0).max(3_600).default(seconds),
    })
    .prefault({});

/** Kubernetes' HorizontalPodAutoscaler, with its names and defaults; of two targets the one that asks for more counts. */
export const autoscale = z.strictObject({
  minReplicas: replicas.default(1),
  maxReplicas: replicas,
  /** Own work per time and worker, in percent: what a processor would be busy with. 80 where no target is given. */
  averageUtilization: z.int().min(1).max(1_000).nullable().default(null),
  /** Requests per replica, in progress or waiting. */
  averageValue: z.number().positive().max(1_000_000).nullable().default(null),
  /** How often it looks, and over how long a time it averages (`--horizontal-pod-autoscaler-sync-period`). */
  syncPeriod: duration.default(15_000_000),
  /** How far off its target it lets things be, as a share (`--horizontal-pod-autoscaler-tolerance`). */
  tolerance: z.number().min(0).max(1).default(0.1),
  scaleUp: direction(0),
  scaleDown: direction(300),
});

export type AutoscaleSettings = z.output<typeof autoscale>;
