import type { AnyStateMachine } from 'xstate';

/** A flat state machine as a table: what each event leads to from each state. */
export interface MachineTable<S extends string, E extends string> {
  readonly initial: S;
  /** The next state; the same where the event means nothing there. */
  next(state: S, event: E): S;
  isFinal(state: S): boolean;
}

/**
 * Compiles a flat XState machine, without guards, to a table.
 *
 * A step of XState costs as much as hundreds of events of the simulation; a look-up costs less than one. The machine
 * stays the one description, for people and for tools; a test holds the two against each other.
 */
export function tableOf<S extends string, E extends string>(machine: AnyStateMachine): MachineTable<S, E> {
  const targets = new Map<string, S>();
  const finals = new Set<string>();
  for (const [state, node] of Object.entries(machine.root.states)) {
    if (node.type === 'final') finals.add(state);
    for (const [event, transitions] of node.transitions) {
      const target = transitions[0]?.target?.[0]?.key;
      if (transitions.length !== 1 || target === undefined || transitions[0]?.guard) {
        throw new Error(`${machine.id}: ${state} needs exactly one unguarded target for ${event}`);
      }
      targets.set(`${state}/${event}`, target as S);
    }
  }
  const initial = machine.root.initial.target?.[0]?.key;
  if (initial === undefined) throw new Error(`${machine.id} has no initial state`);
  return {
    initial: initial as S,
    next: (state, event) => targets.get(`${state}/${event}`) ?? state,
    isFinal: (state) => finals.has(state),
  };
}
