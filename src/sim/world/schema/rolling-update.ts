import { z } from 'zod';

const share = (form: RegExp, what: string) =>
  z
    .union([z.int().min(0).max(64), z.string().regex(form, `expected ${what}`)], {
      error: `expected ${what}`,
    })
    .meta({ description: what, examples: [1, '25%'] });

/** How a Deployment replaces its pods, with Kubernetes' names; a percentage is of the replicas that are wanted. */
export const rollingUpdate = z.strictObject({
  /** Replicas that there may be beyond those wanted, meanwhile; percentages are rounded up. */
  maxSurge: share(/^\d{1,3}%$/, 'a number of replicas, or a percentage such as 25%').default(0),
  /** Replicas that may be missing meanwhile; percentages are rounded down. */
  maxUnavailable: share(
    /^(?:\d{1,2}|100)%$/,
    'a number of replicas, or a percentage up to 100% such as 25%',
  ).default(1),
});

export type RollingUpdateSettings = z.output<typeof rollingUpdate>;

/** So many replicas of those that are wanted, before it is rounded. */
const part = (value: number | string, wanted: number) =>
  typeof value === 'number' ? value : (Number.parseInt(value, 10) * wanted) / 100;

/**
 * How many there may be beyond those wanted, and how many may be missing.
 *
 * A rollout that may do neither, because both percentages are less than one replica, takes one away (Kubernetes'
 * ResolveFenceposts).
 */
export function rolloutBounds(
  { maxSurge, maxUnavailable }: RollingUpdateSettings,
  wanted: number,
): { readonly surge: number; readonly unavailable: number } {
  const surge = Math.ceil(part(maxSurge, wanted));
  const unavailable = Math.floor(part(maxUnavailable, wanted));
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** Whether neither is allowed as it is written: such a rollout could not begin. */
export const staysPut = ({ maxSurge, maxUnavailable }: RollingUpdateSettings): boolean =>
  part(maxSurge, 100) === 0 && part(maxUnavailable, 100) === 0;
