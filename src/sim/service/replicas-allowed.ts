import type { AutoscaleSettings } from '../world/schema/autoscale.ts';

/** So many replicas within the bounds of a service's autoscaler, if it has one: with so many it begins. */
export function replicasAllowed({
  replicas,
  autoscale,
}: {
  readonly replicas: number;
  readonly autoscale: AutoscaleSettings | null;
}): number {
  if (!autoscale) return replicas;
  return Math.min(autoscale.maxReplicas, Math.max(autoscale.minReplicas, replicas));
}
