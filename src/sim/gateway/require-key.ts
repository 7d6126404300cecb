import { failed } from '../outcome.ts';
import type { Stage } from './stage.ts';

const MISSING = failed('400', 400);

/** Refuses what comes without an `Idempotency-Key`. */
export const requireKey: Stage = ({ request }) =>
  request.idempotencyKey === null ? { outcome: MISSING, why: 'it has no idempotency key' } : null;
