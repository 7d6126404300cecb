import type { Observable } from 'rxjs';
import type { Engine } from '../play/engine.ts';
import type { ProgressStore } from '../progress/store.ts';
import type { Exercise } from '../scenarios/exercise.ts';
import type { Listed } from '../scenarios/load.ts';
import type { Bindings } from './keys/bindings.ts';
import type { Size } from './layout/size.ts';
import type { Theme } from './theme/theme.ts';

/** Where exercises come from; reading one may take a moment. */
export interface Library {
  load(path: string): Exercise | Promise<Exercise>;
  read(text: string, name: string): Exercise | Promise<Exercise>;
}

/** What the stage is built on. */
export interface StageAsk {
  readonly exercises: readonly Listed[];
  readonly library: Library;
  readonly progress: ProgressStore;
  readonly engine: Engine;
  readonly bindings: Bindings;
  readonly theme: Theme;
  readonly size: Size;
  readonly ticker: Observable<number>;
  /** Milliseconds of the wall clock. */
  readonly now: () => number;
  /** Puts text on the clipboard, as far as the terminal lets us. */
  readonly clip: (text: string) => void;
  readonly suspend: () => void;
  readonly redraw: () => void;
  /** Ends the program. */
  readonly exit: (code: number) => void;
  /** Ends it because of something that should not have happened. */
  readonly fail: (error: unknown) => void;
}
