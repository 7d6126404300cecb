import type { Micros } from '../../kernel/time.ts';
import { MILLISECOND } from './clock.ts';

/** Kafka's `retry.backoff` settings, in ms. */
export interface BackoffSettings {
  readonly 'retry.backoff.ms': number;
  readonly 'retry.backoff.max.ms': number;
}

/** How far a wait may be from its middle, either way (`CommonClientConfigs.RETRY_BACKOFF_JITTER`). */
const JITTER = 0.2;

/**
 * The wait before retry number `retry`, from 1: doubling, within a fifth of that, and never above the maximum.
 *
 * After Kafka's `ExponentialBackoff`. `draw` is from 0 up to but excluding 1.
 */
export function retryBackoff(settings: BackoffSettings, retry: number, draw: number): Micros {
  const { 'retry.backoff.ms': initial, 'retry.backoff.max.ms': most } = settings;
  let term = initial;
  for (let i = 1; i < retry && term < most; i++) term *= 2;
  const middle = Math.min(term, most);
  const jittered = middle * (1 - JITTER + 2 * JITTER * draw);
  return Math.round(Math.min(jittered, most) * MILLISECOND);
}
