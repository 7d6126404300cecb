import type { Start } from '../play/flow-events.ts';
import type { Entry } from '../progress/entry.ts';
import { lastPlace } from '../progress/fold.ts';
import type { Choices } from '../scenarios/choose.ts';
import { type Listed, pathOf } from '../scenarios/shelf.ts';
import type { Intervention } from '../sim/run.ts';

/** How an exercise is opened. */
export interface Opening {
  readonly start?: Start;
  /** The first visit of all: it begins with a run that fails. */
  readonly guided?: boolean;
  /** The event to stand at. */
  readonly at?: number;
  /** What to begin with instead of what is remembered. */
  readonly replay?: Replay;
}

/** A run that somebody has seen: it is shown again as it was. */
export interface Replay {
  readonly choices: Choices;
  readonly seed: string;
  readonly interventions: readonly Intervention[];
  /** Of the run as it was; null: not known. */
  readonly fingerprint: string | null;
}

/** The exercise that a visit to the program begins with. */
export interface Beginning extends Opening {
  readonly path: string;
  /** The text itself, where it need not be the one in that file. */
  readonly text?: string;
  /** As far as it is known before the file has been read. */
  readonly title: string;
  /** Said when it is there. */
  readonly greeting: string | null;
}

/** Where a visit begins: in the exercise that was asked for, where the last visit ended, or in a failure; null: at the list. */
export function beginningOf(
  name: string | undefined,
  exercises: readonly Listed[],
  entries: readonly Entry[],
): Beginning | null {
  if (name !== undefined) {
    const path = pathOf(name, exercises);
    const title = exercises.find((one) => one.path === path)?.title ?? '';
    return { path, title, greeting: null };
  }
  const [first] = exercises;
  if (entries.length === 0) {
    if (first === undefined) return null;
    return { path: first.path, title: first.title, greeting: null, start: 'watch', guided: true };
  }
  const place = lastPlace(entries);
  const found = exercises.find(({ id }) => id === place?.exercise);
  if (place === undefined || found === undefined) return null;
  const { path, title } = found;
  const { step, record } = place;
  return {
    ...{ path, title, greeting: `Welcome back to ${title}. q shows all exercises.` },
    start: step === 'choose' ? 'choose' : 'watch',
    ...(record !== undefined && { at: record }),
  };
}
