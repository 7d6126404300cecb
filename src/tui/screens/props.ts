import type { Notes } from '../../play/notes.ts';
import type { Calibration } from '../../progress/calibration.ts';
import type { ExerciseProgress } from '../../progress/fold.ts';
import type { Listed } from '../../scenarios/load.ts';
import type { ScreenName } from '../keys/table.ts';
import type { Overlay } from '../overlay.ts';
import type { Work } from '../visit.ts';
import type { ScreenProps } from './screen.ts';

/** What a screen is given that may be shown without any exercise. */
export interface ProgramProps extends Omit<ScreenProps, 'session' | 'player'> {
  readonly exercises: readonly Listed[];
  readonly progress: ReadonlyMap<string, ExerciseProgress>;
  readonly calibration: Calibration;
  readonly overlay: Overlay | null;
  readonly work: Work | null;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  /** The title of the exercise that is being read; null where none is. */
  readonly opening: string | null;
  /** The id of the exercise that is open, behind the list. */
  readonly open: string | null;
  /** Opens the exercise of a file, or goes back to it. */
  readonly start: (path: string) => void;
  /** Opens the store for free play. */
  readonly openSandbox: () => void;
  /** Sets what a screen remembers. */
  readonly keep: (screen: ScreenName, state: unknown) => void;
  /** Opens the exercise after the present one; after the last, the list. */
  readonly goNext: () => void;
  /** Runs the present design under another seed. */
  readonly watch: (seed: string) => void;
  /** Lays both designs of the comparison side by side in a universe. */
  readonly showBoth: (seed: string) => void;
  /** Takes the topmost overlay away. */
  readonly close: () => void;
}

/** What a screen of an exercise is given. */
export interface ExerciseProps extends ProgramProps, Pick<ScreenProps, 'session' | 'player'> {
  /** Where the learning loop stands. */
  readonly step: string;
  /** On the options; empty until they have been looked up. */
  readonly notes: Notes;
}
