import { failed } from '../outcome.ts';
import type { Stage } from './stage.ts';

const UNCONDITIONAL = failed('PRECONDITION_REQUIRED', 428);

/** Refuses what does not say which version it is meant for (RFC 6585, 3). Whether it is the right one, only the service knows. */
export const requirePrecondition: Stage = ({ request }) =>
  (request.body['ifMatch'] ?? null) === null ? { outcome: UNCONDITIONAL, why: 'it has no ifMatch' } : null;
