import type { SnapshotFrom } from 'xstate';
import type { flowMachine } from '../play/flow.machine.ts';
import type { ScreenName } from './keys/table.ts';

/** Where a flow stands. */
export type FlowSnapshot = SnapshotFrom<typeof flowMachine>;

/** A step by its path: `choosing`, `explaining.told`. */
export function stepOf({ value }: FlowSnapshot): string {
  if (typeof value === 'string') return value;
  const [[outer, inner] = ['', '']] = Object.entries(value);
  return `${outer}.${String(inner)}`;
}

const SCREEN_OF: Readonly<Record<string, ScreenName>> = {
  briefing: 'predict',
  predicting: 'predict',
  choosing: 'choose',
  observing: 'run',
  'explaining.told': 'why',
  'explaining.wondering': 'why', // the chain stays in sight while more is found out
  graded: 'verdict',
  compared: 'compare',
  debriefing: 'debrief',
};

/** The screen of a step; a step that waits for work and not for a person has the one that shows how far it is. */
export const screenOf = (step: string): ScreenName => SCREEN_OF[step] ?? 'working';
