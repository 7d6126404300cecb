import { setup } from 'xstate';

export type BreakerState = 'closed' | 'open' | 'half-open';
export type BreakerEvent = 'trip' | 'cool' | 'recover' | 'relapse';

/**
 * resilience4j's circuit breaker, without its counting: what the counts mean is decided outside.
 *
 * `cool` comes with the first call after the waiting time, not by a timer:
 * `automaticTransitionFromOpenToHalfOpenEnabled` is false by default.
 */
export const breakerMachine = setup({
  types: {} as { events: { type: BreakerEvent } },
}).createMachine({
  id: 'breaker',
  initial: 'closed',
  states: {
    closed: { on: { trip: 'open' } },
    open: { on: { cool: 'half-open' } },
    'half-open': { on: { recover: 'closed', relapse: 'open' } },
  },
});
