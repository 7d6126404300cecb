import type { FlowEvent } from '../../play/flow-events.ts';
import type { Player } from '../../play/player.ts';
import type { Session } from '../../play/session.ts';
import type { Bindings } from '../keys/bindings.ts';
import type { Action, ActionId, ScreenName } from '../keys/table.ts';
import type { Size } from '../layout/size.ts';
import type { Overlay } from '../overlay.ts';
import type { Theme } from '../theme/theme.ts';

/** A line or a letter that a person is asked for, above the footer. */
export interface Question {
  readonly label: string;
  readonly text?: string;
  /** True: the next key is the answer. */
  readonly single?: boolean;
  /** What Tab completes to. */
  readonly complete?: (typed: string) => readonly string[];
  /** Called with each change, for filters. */
  readonly onChange?: (typed: string) => void;
  /** Called with the answer; not where the person pressed Esc. */
  readonly onAnswer: (typed: string) => void;
}

/** What a screen can ask of the program around it. */
export interface Shell {
  /** Sends to the learning loop. */
  send(event: FlowEvent): void;
  /** Shows a message above the footer until the next key. */
  say(message: string): void;
  ask(question: Question): void;
  /** Copies through the terminal, and shows the text so that it can be copied by hand. */
  copy(text: string): void;
  /** Lays something over the screen; Esc takes it away. */
  show(overlay: Overlay): void;
}

/** What a screen does with actions, and which it cannot do now. */
export interface Listener {
  readonly screen: ScreenName;
  act(action: Action): void;
  /** Why an action cannot be done now; null: it can. */
  why(id: ActionId): string | null;
}

/** Where screens announce their listener, which lasts until the next one is announced. */
export interface Keyboard {
  /** The keys as they are bound, after remapping. */
  readonly bindings: Bindings;
  listen(listener: Listener): void;
}

/** What every screen of an exercise is given. */
export interface ScreenProps {
  readonly session: Session;
  /** The whole frame: the header and the footer are drawn by `Frame`, which a screen ends in. */
  readonly size: Size;
  readonly theme: Theme;
  readonly keys: Keyboard;
  readonly shell: Shell;
  /** Over the run that is being looked at; it outlives the screen. Null before the first run. */
  readonly player: Player | null;
  /** The first visit: three keys in the footer, and a fix to be chosen. */
  readonly guided: boolean;
  /** Why an action cannot be done now, where that is the same on every screen; null: it can. */
  readonly blocked: (id: ActionId) => string | null;
  /** What is said or asked above the footer; `Frame` draws it. */
  readonly notice: Notice | null;
}

/** A message, or a question with what has been typed so far. */
export type Notice =
  | { readonly kind: 'message'; readonly text: string }
  | {
      readonly kind: 'question';
      readonly label: string;
      readonly typed: string;
      readonly completions: readonly string[];
    };
