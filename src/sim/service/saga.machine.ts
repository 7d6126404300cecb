import { setup } from 'xstate';

export type SagaState = 'acting' | 'undoing' | 'completed' | 'undone' | 'parked';
export type SagaEvent = 'stepDone' | 'allDone' | 'refused' | 'stepUndone' | 'allUndone' | 'gaveUp';

/**
 * A saga: steps in order; where one fails for good, those before it are undone, last first.
 *
 * `parked` waits for a person: an undo, or a step after the pivot, could not be brought to an end.
 */
export const sagaMachine = setup({
  types: {} as { events: { type: SagaEvent } },
}).createMachine({
  id: 'saga',
  initial: 'acting',
  states: {
    acting: { on: { stepDone: 'acting', allDone: 'completed', refused: 'undoing', gaveUp: 'parked' } },
    undoing: { on: { stepUndone: 'undoing', allUndone: 'undone', gaveUp: 'parked' } },
    completed: { type: 'final' },
    undone: { type: 'final' },
    parked: { type: 'final' },
  },
});
