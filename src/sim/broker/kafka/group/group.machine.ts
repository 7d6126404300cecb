import { setup } from 'xstate';

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable';
export type GroupEvent = 'rebalance' | 'joined' | 'assigned' | 'emptied';

/**
 * A consumer group of the classic protocol, as its coordinator sees it.
 *
 * `joined`: all members that will come have come. `assigned`: the leader has said who reads what.
 */
export const groupMachine = setup({
  types: {} as { events: { type: GroupEvent } },
}).createMachine({
  id: 'group',
  initial: 'Empty',
  states: {
    Empty: { on: { rebalance: 'PreparingRebalance' } },
    PreparingRebalance: { on: { joined: 'CompletingRebalance', emptied: 'Empty' } },
    CompletingRebalance: { on: { rebalance: 'PreparingRebalance', assigned: 'Stable', emptied: 'Empty' } },
    Stable: { on: { rebalance: 'PreparingRebalance', emptied: 'Empty' } },
  },
});
